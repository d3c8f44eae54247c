"""Archive records: the number, the frozen data, the sheet's bytes, and the catalogue's later entries."""

from datetime import datetime
from typing import Any, Self

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.rules import Permission, Reach
from intranet_crm.archive.contents import contents_of
from intranet_crm.archive.rules import nth_title, record_title
from intranet_crm.archive.seals import reseal
from intranet_crm.customers.rules import shown_name
from intranet_crm.customers.timeline import note
from intranet_crm.database import VersionedModel, database
from intranet_crm.errors import IllegalMove, NotAllowed
from intranet_crm.files import store
from intranet_crm.files.models import StoredFile
from intranet_crm.intake.fields import is_individual
from intranet_crm.intake.models import IntakeEvent, IntakeForm, Review, Submission
from intranet_crm.intake.rules import Actor, decide
from intranet_crm.intake.snapshot import digest
from intranet_crm.numbering import next_number

SUBJECT = "archive"
PDF = "application/pdf"


class ArchiveRecord(VersionedModel):
    number = CharField(24, unique=True)  # DA-2026-0001
    title = CharField(160, unique=True)  # 客户名称-采集日期, with -2 for a second of the day (P2)
    form = ForeignKeyField(IntakeForm, backref="archive_records", on_delete="RESTRICT")
    submission = ForeignKeyField(Submission, unique=True, on_delete="RESTRICT")
    customer_name = CharField(120)
    collector = ForeignKeyField(Person, backref="archive_records", on_delete="RESTRICT")
    department = ForeignKeyField(Department, on_delete="RESTRICT")
    collected_on = DateField()
    snapshot = TextField()  # canonical JSON of all that the sheet prints
    digest = CharField(64)
    sheet = ForeignKeyField(StoredFile, null=True, on_delete="RESTRICT")
    sheet_made_at = DateTimeField(null=True)
    sheet_pages = IntegerField(null=True)  # counted when first wanted
    confidentiality = CharField(12, default="internal")
    place = CharField(120, default="")
    filed_at = DateTimeField(null=True)
    filed_by = ForeignKeyField(Person, null=True, backref="filed_records", on_delete="RESTRICT")
    seal = CharField(64, default="")  # seals.row_digest

    class Meta:
        indexes = ((("collector", "id"), False), (("department", "id"), False))

    @classmethod
    def establish(cls, form_id: int) -> Self | None:
        """The record of an approved form, made once, with its number; None when no approval stands.

        Whoever comes second finds it: the form's row is locked while it is made.
        """
        with database.atomic():
            form = IntakeForm.locked_by_id(form_id)
            review = _approval_of(form)
            if review is None:
                return None
            submission = review.submission
            existing = cls.get_or_none(cls.submission == submission.id)
            return existing or cls._from(form, submission, review)

    @classmethod
    def _from(cls, form: IntakeForm, submission: Submission, review: Review) -> Self:
        moment = clock.now()
        number = next_number(f"DA-{clock.local(review.at).year}-")  # locks the series, so titles are safe too
        text = contents_of(submission, review, number)
        record = cls.create(
            number=number,
            title=cls._free_title(record_title(form.customer_name, form.collected_on)),
            form=form,
            submission=submission,
            customer_name=form.customer_name,
            collector=form.collector_id,
            department=form.department_id,
            collected_on=form.collected_on,
            snapshot=text,
            digest=digest(text),
            created_at=moment,
            updated_at=moment,
        )
        facts = {"digest": record.digest, "form": form.number, "seal": reseal(record)}
        record._audit("建立档案", None, new=facts)
        return record

    @classmethod
    def _free_title(cls, title: str) -> str:
        place = 1
        while cls.select().where(cls.title == nth_title(title, place)).exists():
            place += 1
        return nth_title(title, place)

    def attach_sheet(self, content: bytes) -> None:
        """Keep the sheet's bytes, unless another worker was first; they are never rendered again."""
        with database.atomic():
            sheet = store.keep(content, PDF)
            unmade = (ArchiveRecord.id == self.id) & ArchiveRecord.sheet.is_null()
            if ArchiveRecord.update(sheet=sheet, sheet_made_at=clock.now()).where(unmade).execute():
                self._audit("生成归档表", None, new={"sha256": sheet.sha256, "seal": reseal(self)})

    @property
    def is_destroyed(self) -> bool:
        """Whether what it held is gone by rule; number and digest are left."""
        return not self.snapshot

    @classmethod
    def standing(cls, key: int) -> Self:
        """The record, locked for this transaction; raises IllegalMove once it was destroyed."""
        record = cls.locked_by_id(key)
        if record.is_destroyed:
            raise IllegalMove(f"档案 {record.number} 已按期销毁，只保留档号和摘要，不能再办理。")
        return record

    def shelve(self, *, place: str, confidentiality: str, seen: int, by: Person) -> None:
        """Where the paper lies and how confidential it is; raises NotAllowed, IllegalMove, StaleVersion."""
        if not may_file(by):
            raise NotAllowed("存放位置和密级由档案员登记，你没有这项权限。")
        with database.atomic():
            self._catalogue("登记存放位置", place, confidentiality, seen, by)

    def file(self, *, place: str, confidentiality: str, seen: int, by: Person) -> None:
        """「归档」: raises NotAllowed, IllegalMove before the entry, StaleVersion."""
        moment = clock.now()
        with database.atomic():
            form = IntakeForm.locked_by_id(self.form_id)
            newer = form.superseded_by.edition_words if form.superseded_by_id else ""
            state = decide("archive", form.state, Actor(may_archive=may_file(by)), superseded_by=newer)
            self._catalogue("归档", place, confidentiality, seen, by, filed_at=moment, filed_by=by)
            self._move(form, state, by, moment)

    def _catalogue(
        self, action: str, place: str, confidentiality: str, seen: int, by: Person, **more: Any
    ) -> None:
        ArchiveRecord.standing(self.id)
        old = {"place": self.place, "confidentiality": self.confidentiality}
        new = {"place": place, "confidentiality": confidentiality}
        self.claim_version(seen, **new, **more, updated_at=clock.now())
        before, after = audit_log.changed(old, new)
        self._audit(action, by, old=before, new=after | {"seal": reseal(self)})

    def _move(self, form: IntakeForm, state: str, by: Person, moment: datetime) -> None:
        IntakeEvent.create(
            form=form,
            at=moment,
            by=by,
            move="archive",
            from_state=form.state,
            to_state=state,
            note=self.number,
        )
        form.claim_version(form.version, state=state, updated_at=moment)
        if form.customer_id:
            note(
                form.customer,
                kind="review",
                title=f"采集表 {form.number} 归档为 {self.number}",
                by=by,
                subject_kind=SUBJECT,
                subject_id=self.id,
                at=moment,
            )

    def note_use(self, action: str, by: Person) -> None:
        """An audit row that somebody printed or took out what is sealed here (U3)."""
        self._audit(action, by, new={"digest": self.digest})

    def _audit(self, action: str, by: Person | None, **values: dict) -> None:
        kind = "individual" if is_individual(self.form.values) else "enterprise"
        title = self.title.replace(self.customer_name, shown_name(kind, self.customer_name, full=False))
        audit_log.record(
            action, by=by, kind=SUBJECT, subject_id=self.id, title=f"{self.number} {title}", **values
        )


def may_file(person: Person) -> bool:
    """Whether the person keeps the archive: the archivist, who alone reaches every sheet (A3)."""
    return person.reach(Permission.SEE_SHEETS) == Reach.ALL


def _approval_of(form: IntakeForm) -> Review | None:
    """The head's approval of the form, with its submission and the head."""
    found = (
        Review.select(Review, Submission, Person)
        .join(Submission)
        .switch(Review)
        .join(Person)
        .where((Submission.form == form.id) & (Review.decision == "approve"))
        .order_by(Submission.round.desc())
        .first()
    )
    if found:
        found.submission.form = form
    return found
