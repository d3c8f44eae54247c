"""What may be uploaded is told by content and name together."""

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet_crm.files.rules import FORMATS, LARGEST, UnfitFile, clean_name, media_type_of
from tests.files import samples

TRUE_FILES = {
    "扫描件.pdf": samples.PDF,
    "名片.PNG": samples.PNG,
    "名片.jpg": samples.JPEG,
    "名片.jpeg": samples.JPEG,
    "现场.webp": samples.WEBP,
    "方案.docx": samples.DOCX,
    "清单.xlsx": samples.XLSX,
    "介绍.pptx": samples.PPTX,
    "旧方案.doc": samples.DOC,
    "旧清单.xls": samples.XLS,
    "旧介绍.ppt": samples.PPT,
    "纪要.txt": samples.TEXT,
    "名单.csv": "姓名,部门\r\n王建国,采购部\r\n".encode("gb18030"),
}


@pytest.mark.parametrize("name", TRUE_FILES)
def test_true_files_are_taken(name):
    assert "/" in media_type_of(name, TRUE_FILES[name])


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("病毒.exe", b"MZ\x90\x00", "「病毒.exe」不是可以上传的类型"),
        ("没有扩展名", samples.PDF, "不是可以上传的类型"),
        ("网页.svg", b"<svg/>", "不是可以上传的类型"),
        ("合同.pdf", b"MZ\x90\x00", "「合同.pdf」的内容不是PDF"),
        ("合同.pdf", samples.PNG, "「合同.pdf」的内容不是PDF"),
        ("方案.docx", samples.XLSX, "内容不是Word 文档"),
        ("方案.docx", b"PK\x03\x04 broken", "内容不是Word 文档"),
        ("带宏.docx", samples.office("word/document.xml", "word/vbaProject.bin"), "内容不是Word 文档"),
        ("压缩包.docx", samples.office("readme.txt"), "内容不是Word 文档"),
        ("旧方案.doc", samples.XLS, "内容不是Word 文档"),
        ("纪要.txt", b"MZ\x90\x00\x03", "内容不是纯文本"),
        ("空.txt", b"", "「空.txt」是空文件"),
    ],
)
def test_others_are_refused_by_a_sentence_that_names_the_file(name, content, sentence):
    with pytest.raises(UnfitFile, match=sentence):
        media_type_of(name, content)


def test_a_file_may_have_twenty_megabytes_and_no_more():
    assert media_type_of("大.pdf", samples.PDF.ljust(LARGEST)) == "application/pdf"
    with pytest.raises(UnfitFile, match=r"「大\.pdf」有 20\.0 MB，超过每个文件 20 MB 的上限"):
        media_type_of("大.pdf", samples.PDF.ljust(LARGEST + 1))


@pytest.mark.parametrize(
    ("given_name", "clean"),
    [
        ("C:\\Users\\王\\报价单.xlsx", "报价单.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("ＡＢＣ（终稿）.ｐｄｆ", "ABC(终稿).pdf"),
        ("发票\u202egpj.pdf", "发票gpj.pdf"),
        ("会议：二月\r\n纪要.txt", "会议-二月纪要.txt"),
        ("  名 片 .png. ", "名 片.png"),
        ("", "未命名"),
        (None, "未命名"),
        ("长" * 200 + ".docx", "长" * 115 + ".docx"),
    ],
)
def test_names_are_cleaned(given_name, clean):
    assert clean_name(given_name) == clean


@given(st.text(max_size=300))
def test_a_clean_name_is_short_plain_and_stays_as_it_is(text):
    name = clean_name(text)
    assert 0 < len(name) <= 120
    assert not any(unicodedata.category(each) in ("Cc", "Cf", "Cs", "Cn") for each in name)
    assert not set(name) & set('\\/:*?"<>|')
    assert clean_name(name) == name


@given(st.sampled_from(sorted(TRUE_FILES)), st.binary(max_size=200))
def test_any_bytes_are_either_taken_or_refused(name, content):
    with suppress(UnfitFile):  # and nothing else
        assert media_type_of(name, content) == FORMATS[name.rpartition(".")[2].lower()].media_type
