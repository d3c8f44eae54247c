"""No harmful or broken file becomes an attachment; the sentence names it."""

import pytest

from intranet_crm.files.attachments import check_upload
from intranet_crm.files.rules import UnfitFile
from intranet_crm.pdf import render_in_child
from tests.files.bad import EVERYWHERE, TRAPS, packed, whole
from tests.files.samples import pdf, upload


@pytest.mark.parametrize("kind", EVERYWHERE)
def test_each_is_kept_out_with_a_sentence(kind):
    name, content, said = EVERYWHERE[kind]
    with pytest.raises(UnfitFile) as error:
        check_upload(upload(name, content))
    assert name in str(error.value)
    assert said in str(error.value)


def test_what_is_whole_comes_in():
    assert check_upload(upload("a.pdf", whole(3)))[2] == "application/pdf"
    invoice = pdf(b"/Names<</EmbeddedFiles<<>>>>/X<</Type/EmbeddedFile>>")  # carries its data, as ours do
    assert check_upload(upload("a.pdf", invoice))
    for filters in (b"/FlateDecode", b"[/FlateDecode]"):
        assert check_upload(upload("a.pdf", packed(b"7 0 <</Type/Catalog>>", filters)))
    assert check_upload(upload("a.pdf", render_in_child("<p>纪要</p>", "", title="纪要")))
    for content in TRAPS.values():  # never drawn by us: no harm
        assert check_upload(upload("a.pdf", content))
