"""A stack as it comes from the copier, everything wrong with it at once: some forty pages here; two hundred
are measured by ``scripts/bench --only paper``."""

from collections import Counter

from intranet_crm.benchmark.scanner import BLANK, FOREIGN, HIDDEN, TWICE, bound, scan_of, stack_of
from intranet_crm.paper import filing, prints, queries, stacks
from intranet_crm.paper.models import PrintRun, ScanPage
from intranet_crm.paper.prints import print_out

RECORDS = 20
REASONS = {HIDDEN: "no_code", BLANK: "no_code", FOREIGN: "foreign"}


def test_stack_with_everything_wrong_files_itself(make_record, people, work):
    """Of the readable pages 98 in a hundred at least, none in a wrong place; the rest says why."""
    records = [make_record() for _ in range(RECORDS)]
    run = print_out(records, purpose="sign", note="", by=people["xujing"])
    work()
    places = [(record.id, page) for record in records for page in range(1, filing.pages_of(record) + 1)]
    covers = PrintRun.get_by_id(run.id).pages - len(places)
    papers = stack_of(range(covers, covers + len(places)), seed=98)
    assert len(papers) >= 40
    assert {paper.turn for paper in papers} == {0, 90, 180, 270}
    assert {paper.dpi for paper in papers} == {150, 200}
    scan = bound(scan_of(prints.shelf.path_of(run), paper) for paper in papers)

    stacks.take_in([stacks.Scan("叠.pdf", scan)], by=None)
    work()

    found = list(ScanPage.select().order_by(ScanPage.position))
    readable, filed = set(), set()
    for page, paper in zip(found, papers, strict=True):
        place = places[paper.page - covers]
        if paper.oddity in REASONS:
            assert (page.state, page.reason) == ("tray", REASONS[paper.oddity])
            continue
        readable.add(place)
        if page.state == "filed":
            assert (page.record_id, page.page) == place
            assert page.turn == -paper.turn % 360
            filed.add(place)
        else:
            assert page.reason in ("repeat", "no_code")
    assert len(filed) >= 0.98 * len(readable)
    assert Counter(page.reason for page in found)["repeat"] == sum(paper.oddity == TWICE for paper in papers)
    lacking = queries.missing_pages({record.id for record in records})
    assert {(key, page) for key, pages in lacking.items() for page in pages} == set(places) - filed


def test_page_with_a_covered_code_is_suggested_by_its_neighbours(make_record, people, work):
    """In a stack that kept its order, which is where neighbours can tell."""
    records = [make_record() for _ in range(3)]
    run = print_out(records, purpose="sign", note="", by=people["xujing"])
    work()
    covers = 1
    papers = [paper._replace(oddity="") for paper in stack_of(range(covers, covers + 6), seed=5)]
    papers = sorted({paper.page: paper for paper in papers}.values(), key=lambda paper: paper.page)
    papers[2] = papers[2]._replace(oddity=HIDDEN)
    scan = bound(scan_of(prints.shelf.path_of(run), paper) for paper in papers)
    stacks.take_in([stacks.Scan("叠.pdf", scan)], by=None)
    work()

    lying = list(ScanPage.select().where(ScanPage.state == "tray"))
    suggested = queries.suggestions(people["xujing"], lying)
    places = [(record.id, page) for record in records for page in range(1, filing.pages_of(record) + 1)]
    ((record, page),) = suggested.values()
    assert (record.id, page) == places[2]
