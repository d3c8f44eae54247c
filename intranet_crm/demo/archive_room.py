"""A month in the archive room: paper out and back, boxes, loans, a hold, a list to be destroyed, proof."""

from datetime import date, timedelta
from random import Random

from intranet_crm import background, clock
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.demo.old_customers import OldCourse
from intranet_crm.demo.play import Play
from intranet_crm.demo.scanning import scanned
from intranet_crm.demo.telling import Company
from intranet_crm.keeping import disposals
from intranet_crm.keeping.models import Box, Hold, Loan, put_into
from intranet_crm.paper import prints, stacks
from intranet_crm.paper.models import PrintedCopy
from intranet_crm.paper.stacks import Scan
from intranet_crm.proofs import checks, packages
from intranet_crm.reference.workdays import add_working_days

SHELVES = (
    ("华东", "华东片区采集表 {year} 年", "综合档案室 2排3架"),
    ("", "华南与客户成功采集表 {year} 年", "综合档案室 2排4架"),
)
PROPOSED = "合作终止已满三年，保管期限届满，经逐份核对没有继续保存的价值"
HELD = "客户与我公司就二期验收款有争议，法务部要求保留原件到结案"


class ArchiveRoom:
    """What 徐静 and her colleagues do with the sheets of the demo."""

    def __init__(self, company: Company, old: list[OldCourse], days: list[date]) -> None:
        self.people, self.today, self.days, self.old = company.people, company.today, days, old
        self.archivist = company.people["xujing"]
        self.chance = Random("archive room")  # noqa: S311 - its own: the rest of the company stays the same

    def begin(self, play: Play) -> None:
        """Put all of it into the play."""
        for back, hour, act in (
            (24, 14, self._set_up_shelves),
            (22, 10, self._hold),
            (21, 11, lambda: self._lend(0, "zhoufang", "季度客户复盘会核对原件", 5)),
            (17, 15, self._take_back),
            (15, 9, lambda: self._lend(1, "wanglei", "续约谈判前核对客户盖章原件", 10)),
            (6, 16, lambda: self._lend(2, "liqiang", "与客户核对验收标准条款", 14)),
            (7, 10, lambda: self._print_to_be_signed(2)),
            (2, 11, self._propose),
            (4, 15, self._check_one),
            (3, 16, self._hand_over_a_month),
        ):
            play.at(clock.at(self.days[-back], hour, 20), act)
        play.at(clock.at(self._last_before(12), 9, 40), lambda: self._print_to_be_signed(1))
        play.at(clock.at(self._last_before(3), 8, 10), lambda: self._print_to_be_signed(2))
        play.at(clock.at(self.days[-1], 16, 30), self._scan)
        for first in self._months():
            play.at(clock.at(first, 7, 30), _report_of_the_month_before)

    def _last_before(self, number: int) -> date:
        """The last working day at least so many days before today."""
        return max(day for day in self.days if day <= self.today - timedelta(days=number))

    def _months(self) -> list[date]:
        """The first working days of the last three months."""
        firsts = {(day.year, day.month): day for day in reversed(self.days)}
        return sorted(firsts.values())[-3:]

    def _filed(self) -> list[ArchiveRecord]:
        filed = ArchiveRecord.select().where(ArchiveRecord.filed_at.is_null(False))
        return list(filed.order_by(ArchiveRecord.id))

    def _set_up_shelves(self) -> None:
        year = clock.today().year
        boxes = [
            (word, Box.open(title=title.format(year=year), shelf=shelf, by=self.archivist))
            for word, title, shelf in SHELVES
        ]
        for record in self._filed():
            box = next(box for word, box in boxes if record.department.name.startswith(word))
            put_into(box, record, by=self.archivist)

    def _current(self) -> list[ArchiveRecord]:
        """What is filed and not of the old customers."""
        old = {course.form.id for course in self.old}
        return [record for record in self._filed() if record.form_id not in old]

    def _hold(self) -> None:
        Hold.place(self._current()[-1], reason=HELD, by=self.archivist)

    def _lend(self, place: int, borrower: str, purpose: str, days: int) -> None:
        due = add_working_days(clock.today(), days).day
        record = self._current()[place]
        Loan.lend(record, borrower=self.people[borrower], purpose=purpose, due_on=due, by=self.archivist)

    def _take_back(self) -> None:
        Loan.select().order_by(Loan.id).first().take_back(by=self.archivist)

    def _print_to_be_signed(self, number: int) -> None:
        """The latest sheets that nobody has printed yet."""
        printed = PrintedCopy.select(PrintedCopy.record)
        old = [course.form.id for course in self.old if course.form]
        found = ArchiveRecord.select().where(
            ArchiveRecord.id.not_in(printed), ArchiveRecord.form.not_in(old or [0])
        )
        records = list(found.order_by(ArchiveRecord.id.desc()).limit(number))
        prints.print_out(records, purpose="sign", note="", by=self.archivist)
        background.work_off()

    def _scan(self) -> None:
        """One stack: two sheets whole, and a third one with a stain on the code of its last page."""
        copies = PrintedCopy.select().where(PrintedCopy.awaited_since.is_null(False)).order_by(PrintedCopy.id)
        records = [copy.record for copy in copies]
        back = [*records[-4:-2], records[-1]]
        files = [
            Scan(f"签字归档_{clock.today():%Y%m%d}_{at + 1}.pdf", scanned(each, self.chance, stained=at == 2))
            for at, each in enumerate(back)
        ]
        stacks.take_in(files, by=self.archivist)
        background.work_off()

    def _propose(self) -> None:
        """The first of those whose retention has run out; the second waits on the list of what is due."""
        record = ArchiveRecord.get(ArchiveRecord.form == self.old[0].form.id)
        disposals.propose([record], reason=PROPOSED, by=self.archivist)

    def _check_one(self) -> None:
        checks.check(self._current()[0], by=self.archivist)

    def _hand_over_a_month(self) -> None:
        begun = [clock.local(record.created_at).date().replace(day=1) for record in self._filed()]
        month = max(begun, key=lambda month: (begun.count(month), month))
        packages.ask(by=self.archivist, purpose="季度数据备份，移交集团档案馆", month=month)
        background.work_off()


def _report_of_the_month_before() -> None:
    checks.check_month((clock.today().replace(day=1) - timedelta(days=1)).replace(day=1))
