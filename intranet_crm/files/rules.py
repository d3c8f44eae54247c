"""Which files may come in: told by their content, agreeing with their name (B11); no Flask, no Peewee."""

import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from intranet_crm.errors import DomainError

LARGEST = 20 * 1024 * 1024  # bytes
LONGEST_NAME = 120  # characters, ending included
HINT = "PDF、图片（PNG、JPEG、WebP）、Word、Excel、PPT、TXT、CSV，每个不超过 20 MB"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OFFICE = "application/vnd.openxmlformats-officedocument."


class UnfitFile(DomainError):
    """A file that may not come in; the sentence names it and says what to do."""


@dataclass(frozen=True)
class Format:
    """A kind of file: the word for people, its media type, and whether bytes are of it."""

    word: str
    media_type: str
    fits: Callable[[bytes], bool]


def _begins(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(magic)


def _is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def _is_office(folder: str) -> Callable[[bytes], bool]:
    """A zip with the parts of OOXML and no macros: a .docx with a VBA project is a disguised .docm."""

    def fits(content: bytes) -> bool:
        if not content.startswith(b"PK\x03\x04"):
            return False
        try:
            names = zipfile.ZipFile(BytesIO(content)).namelist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return False
        has_parts = "[Content_Types].xml" in names and any(name.startswith(f"{folder}/") for name in names)
        return has_parts and not any(name.lower().endswith("vbaproject.bin") for name in names)

    return fits


def _is_ole(*streams: str) -> Callable[[bytes], bool]:
    marks = [name.encode("utf-16-le") for name in streams]
    return lambda content: content.startswith(OLE) and any(mark in content for mark in marks)


def _is_text(content: bytes) -> bool:
    """UTF-8 or GB18030 without control characters."""
    if re.search(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]", content):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


_JPEG = Format("JPEG 图片", "image/jpeg", _begins(b"\xff\xd8\xff"))
FORMATS: dict[str, Format] = {
    "pdf": Format("PDF", "application/pdf", _begins(b"%PDF-")),
    "png": Format("PNG 图片", "image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "webp": Format("WebP 图片", "image/webp", _is_webp),
    "docx": Format("Word 文档", OFFICE + "wordprocessingml.document", _is_office("word")),
    "xlsx": Format("Excel 工作簿", OFFICE + "spreadsheetml.sheet", _is_office("xl")),
    "pptx": Format("PPT 演示文稿", OFFICE + "presentationml.presentation", _is_office("ppt")),
    "doc": Format("Word 文档", "application/msword", _is_ole("WordDocument")),
    "xls": Format("Excel 工作簿", "application/vnd.ms-excel", _is_ole("Workbook", "Book")),
    "ppt": Format("PPT 演示文稿", "application/vnd.ms-powerpoint", _is_ole("PowerPoint Document")),
    "txt": Format("纯文本", "text/plain", _is_text),
    "csv": Format("CSV 表格", "text/csv", _is_text),
}
ACCEPT = ",".join(f".{ending}" for ending in FORMATS)


def clean_name(text: str | None) -> str:
    """The file's own name: NFKC, no folders, no control or direction characters, at most 120 characters."""
    own = re.split(r"[/\\]", text or "")[-1]
    name = unicodedata.normalize("NFKC", own)
    name = "".join(each for each in name if unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Cn"))
    name = re.sub(r'[\\/:*?"<>|]', "-", name)  # no system takes these in a name
    name = re.sub(r"\s+", " ", name).strip(" .") or "未命名"
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 8:
        return name[:LONGEST_NAME]
    return stem[: LONGEST_NAME - len(ending) - 1].rstrip() + dot + ending


def media_type_of(name: str, content: bytes) -> str:
    """The media type that the content has and the name claims; raises UnfitFile."""
    if not content:
        raise UnfitFile(f"「{name}」是空文件，请检查后重新上传。")
    if len(content) > LARGEST:
        raise UnfitFile(
            f"「{name}」有 {len(content) / 1024**2:.1f} MB，超过每个文件 20 MB 的上限，请压缩或拆分。"
        )
    known = FORMATS.get(name.rpartition(".")[2].lower()) if "." in name else None
    if known is None:
        raise UnfitFile(f"「{name}」不是可以上传的类型，请上传{HINT}。")
    if not known.fits(content):
        raise UnfitFile(f"「{name}」的内容不是{known.word}，可能已损坏或改过扩展名，请重新导出后上传。")
    return known.media_type
