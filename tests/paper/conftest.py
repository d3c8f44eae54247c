"""Records with real sheets: drawn once for the whole run, for drawing is slow."""

import itertools

import pytest

from intranet_crm.archive import jobs
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.intake.sheet import sheet_pdf
from intranet_crm.paper import prints, stacks
from tests.archive.approved import approved

_drawn: dict[tuple, bytes] = {}


@pytest.fixture(autouse=True)
def folders(db, tmp_path):
    prints.shelf.keep_in(tmp_path / "prints")
    stacks.keep_in(tmp_path / "scans")
    return tmp_path


@pytest.fixture
def sheets(monkeypatch):
    """Each text is drawn once; the same text gives the same bytes anyway."""

    def draw(text, **given):
        key = (text, tuple(sorted(given.items())))
        if key not in _drawn:
            _drawn[key] = sheet_pdf(text, **given)
        return _drawn[key]

    monkeypatch.setattr(jobs, "sheet_pdf", draw)


@pytest.fixture
def make_record(people, sheets):
    """``make_record()`` is an approved form's record with its sheet."""
    numbers = itertools.count(1)

    def make(collector="chenjing", head="zhoufang", **given) -> ArchiveRecord:
        form = approved(people[collector], people[head], name=f"海澜信息技术{next(numbers)}有限公司", **given)
        jobs.make_record(form.id)
        return ArchiveRecord.get(ArchiveRecord.form == form.id)

    return make


@pytest.fixture
def record(make_record):
    return make_record()
