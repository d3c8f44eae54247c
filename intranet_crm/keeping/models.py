"""Boxes, loans, holds, and lists of records to be destroyed."""

from datetime import date
from typing import Self

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.archive.models import ArchiveRecord, may_file
from intranet_crm.archive.seals import reseal
from intranet_crm.database import BaseModel, VersionedModel, database
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed
from intranet_crm.files.models import StoredFile
from intranet_crm.keeping.rules import LONGEST_LOAN_DAYS
from intranet_crm.numbering import next_number
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.rules import reminder_time

ONLY_ARCHIVIST = "只有档案员可以做这一步。"


def archivist(by: Person) -> Person:
    """``by``, who keeps the archive; raises NotAllowed for others."""
    if not may_file(by):
        raise NotAllowed(ONLY_ARCHIVIST)
    return by


def log(action: str, record: ArchiveRecord, by: Person | None, **new: object) -> None:
    audit_log.record(action, by=by, kind="archive", subject_id=record.id, title=record.number, new=new)


class Box(VersionedModel):
    """A box (卷盒) on a shelf; its number is on the spine."""

    number = CharField(24, unique=True)  # 2026-01
    title = CharField(120)
    shelf = CharField(60, default="")
    created_by = ForeignKeyField(Person, on_delete="RESTRICT")

    @classmethod
    def open(cls, *, title: str, shelf: str, by: Person) -> Self:
        archivist(by)
        moment = clock.now()
        with database.atomic():
            box = cls.create(
                number=next_number(f"HE-{clock.today().year}-"),
                title=title,
                shelf=shelf,
                created_by=by,
                created_at=moment,
                updated_at=moment,
            )
            audit_log.record(
                "新建卷盒", by=by, kind="box", subject_id=box.id, title=box.number,
                new={"title": title, "shelf": shelf},
            )  # fmt: skip
        return box

    def note_print(self, action: str, by: Person) -> None:
        """An audit row that somebody printed what tells of the box (U3)."""
        audit_log.record(action, by=by, kind="box", subject_id=self.id, title=self.number)

    @property
    def place(self) -> str:
        """Where its records are, as their catalogue says."""
        return " ".join(filter(None, (self.shelf, self.number)))

    def revise(self, *, title: str, shelf: str, seen: int, by: Person) -> None:
        """Another title or shelf; what lies in the box moves with it. Raises NotAllowed, StaleVersion."""
        archivist(by)
        old, place = {"title": self.title, "shelf": self.shelf}, self.place
        with database.atomic():
            self.claim_version(seen, title=title, shelf=shelf, updated_at=clock.now())
            inside = Keeping.select(Keeping.record).where(Keeping.box == self.id)
            here = (ArchiveRecord.place == place) & ArchiveRecord.id.in_(inside)  # not what was told by hand
            moved = list(ArchiveRecord.select(ArchiveRecord.id).where(here)) if place != self.place else []
            for record in moved:
                lay(ArchiveRecord.locked_by_id(record.id), self, "随卷盒移动", by)
            before, after = audit_log.changed(old, {"title": title, "shelf": shelf})
            audit_log.record(
                "修改卷盒", by=by, kind="box", subject_id=self.id, title=self.number, old=before, new=after
            )


class Keeping(BaseModel):
    """Where a record's paper is and how long it is kept; without a row: in no box, for three years."""

    record = ForeignKeyField(ArchiveRecord, unique=True, backref="keepings", on_delete="RESTRICT")
    box = ForeignKeyField(Box, null=True, backref="kept", on_delete="RESTRICT")
    place_in_box = IntegerField(null=True)
    years = IntegerField(default=3)
    ended_on = DateField(null=True)  # where no customer's page knows when the cooperation ended
    destroyed_at = DateTimeField(null=True)

    @classmethod
    def of(cls, record: ArchiveRecord) -> Self:
        """The record's row, made when it is first wanted; inside a transaction that locked the record."""
        return cls.get_or_none(cls.record == record.id) or cls.create(record=record)


def put_into(box: Box, record: ArchiveRecord, *, by: Person) -> Keeping:
    """Put the record's paper into the box, behind what is there; what lies in it already keeps its place."""
    archivist(by)
    with database.atomic():
        Box.locked_by_id(box.id)
        ArchiveRecord.standing(record.id)
        keeping = Keeping.of(record)
        if keeping.box_id == box.id:
            return keeping
        last = Keeping.select(Keeping.place_in_box).where(Keeping.box == box.id)
        places = [place or 0 for (place,) in last.tuples()]
        keeping.box, keeping.place_in_box = box, max(places, default=0) + 1
        keeping.save()
        lay(record, box, "装盒", by, place=keeping.place_in_box)
    return keeping


def lay(record: ArchiveRecord, box: Box, action: str, by: Person, **new: object) -> None:
    """Write into the catalogue that the record lies in the box; a page opened before is stale now."""
    changes = {"place": box.place, "version": ArchiveRecord.version + 1, "updated_at": clock.now()}
    ArchiveRecord.update(**changes).where(ArchiveRecord.id == record.id).execute()
    log(action, record, by, box=box.number, shelf=box.shelf, seal=reseal(record), **new)


def keep_for(record: ArchiveRecord, *, years: int, ended_on: date | None, by: Person) -> None:
    """How long the record is kept, and from when where the customer's page does not say."""
    archivist(by)
    with database.atomic():
        ArchiveRecord.standing(record.id)
        keeping = Keeping.of(record)
        old, new = audit_log.changed(
            {"years": keeping.years, "ended_on": keeping.ended_on}, {"years": years, "ended_on": ended_on}
        )
        Keeping.update(years=years, ended_on=ended_on).where(Keeping.id == keeping.id).execute()
        audit_log.record(
            "设置保管期限", by=by, kind="archive", subject_id=record.id, title=record.number, old=old, new=new
        )


class Hold(BaseModel):
    """A record that must not be destroyed, whatever its term: a dispute, an audit, a lawsuit."""

    record = ForeignKeyField(ArchiveRecord, backref="holds", on_delete="RESTRICT")
    reason = CharField(200)
    by = ForeignKeyField(Person, on_delete="RESTRICT")
    at = DateTimeField()
    lifted_at = DateTimeField(null=True)
    lifted_by_id = IntegerField(null=True)
    lifted_for = CharField(200, default="")

    @classmethod
    def place(cls, record: ArchiveRecord, *, reason: str, by: Person) -> Self:
        """Raises IllegalMove while one stands."""
        archivist(by)
        with database.atomic():
            ArchiveRecord.standing(record.id)
            if stands := cls.get_or_none((cls.record == record.id) & cls.lifted_at.is_null()):
                raise IllegalMove(f"{record.number} 已经冻结：{stands.reason}。")
            hold = cls.create(record=record, reason=reason, by=by, at=clock.now())
            log("冻结档案", record, by, reason=reason)
        return hold

    def lift(self, *, reason: str, by: Person) -> None:
        """Raises IllegalMove when it was lifted before."""
        archivist(by)
        with database.atomic():
            changes = {"lifted_at": clock.now(), "lifted_by_id": by.id, "lifted_for": reason}
            if not Hold.update(**changes).where((Hold.id == self.id) & Hold.lifted_at.is_null()).execute():
                raise IllegalMove("这次冻结已经解除。")
            log("解除冻结", self.record, by, reason=reason)


class Loan(BaseModel):
    """Paper lent to a person until a day; one open loan a record."""

    record = ForeignKeyField(ArchiveRecord, backref="loans", on_delete="RESTRICT")
    borrower = ForeignKeyField(Person, backref="loans", on_delete="RESTRICT")
    purpose = CharField(200)
    due_on = DateField()
    lent_by = ForeignKeyField(Person, backref="lent", on_delete="RESTRICT")
    at = DateTimeField()
    returned_at = DateTimeField(null=True, index=True)
    returned_to_id = IntegerField(null=True)

    @classmethod
    def lend(cls, record: ArchiveRecord, *, borrower: Person, purpose: str, due_on: date, by: Person) -> Self:
        """Raises DomainError for a day that is past or too far, or when the paper is out already."""
        archivist(by)
        days = (due_on - clock.today()).days
        if not 0 <= days <= LONGEST_LOAN_DAYS:
            raise DomainError(f"归还日期应在今天到 {LONGEST_LOAN_DAYS} 天之内。")
        with database.atomic():
            ArchiveRecord.standing(record.id)
            if out := open_loan(record):
                raise IllegalMove(f"这份纸质件由 {out.borrower.name} 借出，{out.due_on} 应还。")
            loan = cls.create(
                record=record, borrower=borrower, purpose=purpose, due_on=due_on, lent_by=by, at=clock.now()
            )
            log("借出纸质件", record, by, borrower=borrower.name, due_on=due_on, purpose=purpose)
            reminder = reminder_time(due_on)
            Task.ask(
                borrower,
                kind="loan",
                title=f"归还档案 {record.number} 的纸质件",
                reason=f"{by.name}借出，用途：{purpose}",
                due_on=due_on,
                subject_kind="loan",
                subject_id=loan.id,
                address="/archive/loans",
                key=f"loan:{loan.id}",
                remind_at=reminder if reminder > clock.now() else None,
            )
        return loan

    def take_back(self, *, by: Person) -> None:
        archivist(by)
        with database.atomic():
            out = (Loan.id == self.id) & Loan.returned_at.is_null()
            if not Loan.update(returned_at=clock.now(), returned_to_id=by.id).where(out).execute():
                raise IllegalMove("这份纸质件已经归还。")
            Task.settle("loan", self.id, "loan", by=by, outcome="已归还")
            log("收回纸质件", self.record, by, borrower=self.borrower.name)


def open_loan(record: ArchiveRecord) -> Loan | None:
    found = Loan.select(Loan, Person).join(Person, on=Loan.borrower)
    return found.where((Loan.record == record.id) & Loan.returned_at.is_null()).first()


class Disposal(VersionedModel):
    """A list of records to be destroyed: one person draws it up, another one carries it out."""

    number = CharField(24, unique=True)  # XH-2026-0001
    reason = CharField(300)
    proposed_by = ForeignKeyField(Person, backref="proposed_disposals", on_delete="RESTRICT")
    decided_by = ForeignKeyField(Person, null=True, backref="decided_disposals", on_delete="RESTRICT")
    decided_at = DateTimeField(null=True)
    state = CharField(10, default="proposed")  # proposed, refused, done
    opinion = CharField(300, default="")
    certificate = ForeignKeyField(StoredFile, null=True, on_delete="RESTRICT")


class DisposalItem(BaseModel):
    disposal = ForeignKeyField(Disposal, backref="items", on_delete="RESTRICT")
    record = ForeignKeyField(ArchiveRecord, backref="disposal_items", on_delete="RESTRICT")
    digest = CharField(64)  # of what was destroyed
    ended_on = DateField()
    term_ended_on = DateField()
