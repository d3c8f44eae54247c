"""Files of the archive go through a checked route each time, also for a second look."""

from intranet_crm.paper.models import ScanPage
from tests.paper.test_scans import sheet_pages, take_in


def test_no_shared_cache_keeps_what_only_some_may_see(record, people, work, sign_in):
    images = sheet_pages(record)
    take_in([images[0], images[1].point(lambda _: 255)], people["xujing"], work)
    archivist = sign_in("xujing")
    page = ScanPage.get(ScanPage.state == "tray")
    for address in (
        f"/archive/{record.id}/sheet.pdf",
        f"/archive/{record.id}/data.json",
        f"/scans/pages/{page.id}.jpg",
        f"/scans/pages/{page.id}.jpg?size=large",
    ):
        answer = archivist.get(address)
        assert answer.status_code == 200, address
        assert "public" not in answer.headers["Cache-Control"], address
    assert archivist.get(f"/scans/pages/{page.id}.jpg?size=large").headers["Cache-Control"] == "no-store"
    assert archivist.get(f"/archive/{record.id}/sheet.pdf").headers["Cache-Control"] == "private, no-cache"
