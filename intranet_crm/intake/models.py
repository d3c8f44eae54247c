"""The intake form's tables: the form, its self-checks, submissions, reviews and append-only history."""

from peewee import BooleanField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet_crm import clock
from intranet_crm.accounts.models import Department, Person
from intranet_crm.customers.models import Customer
from intranet_crm.database import BaseModel, JSONField, VersionedModel
from intranet_crm.files.models import StoredFile
from intranet_crm.intake.entry_clock import EntryClock, entry_clock
from intranet_crm.intake.rules import acting_words, edition_words


class IntakeForm(VersionedModel):
    key = CharField(36, unique=True)  # made by the empty page, so that a double submit makes one form
    number = CharField(24, unique=True)
    template = CharField(16)
    state = CharField(16, default="draft")
    values = JSONField(default=dict)  # by the keys of fields.py; the ID number is masked in here
    citizen_id_cipher = CharField(200, default="")
    citizen_id_hash = CharField(64, null=True)
    customer = ForeignKeyField(Customer, null=True, backref="intake_forms", on_delete="RESTRICT")
    customer_name = CharField(120, default="")
    collector = ForeignKeyField(Person, backref="intake_forms", on_delete="RESTRICT")
    department = ForeignKeyField(Department, on_delete="RESTRICT")
    collected_on = DateField(null=True)
    reviewer = ForeignKeyField(Person, null=True, backref="reviewed_forms", on_delete="RESTRICT")
    saved_from = CharField(36, default="")  # the open page that saved last: it may go on
    round = IntegerField(default=0)  # how often it was submitted
    submitted_at = DateTimeField(null=True)
    decided_at = DateTimeField(null=True)
    entry_due_on = DateField(null=True)
    entry_due_is_expected = BooleanField(default=False)
    entered_at = DateTimeField(null=True)
    entered_by = ForeignKeyField(Person, null=True, backref="entered_forms", on_delete="RESTRICT")
    amends = ForeignKeyField("self", null=True, backref="amendments", on_delete="RESTRICT")
    edition = IntegerField(default=1)  # counts on over a rejected one
    amend_reason = CharField(300, default="")
    superseded_by = ForeignKeyField("self", null=True, backref="supersedes", on_delete="RESTRICT")

    class Meta:
        indexes = (
            (("updated_at", "id"), False),
            (("collector", "updated_at", "id"), False),
            (("department", "updated_at", "id"), False),
            (("state", "updated_at", "id"), False),
            (("reviewer", "state", "submitted_at"), False),
            (("customer", "updated_at"), False),
            (("customer_name",), False),  # read whole by the search, instead of the rows
        )

    @property
    def is_destroyed(self) -> bool:
        """Whether what was filled in went with the archive record when its term was over (P5)."""
        return self.decided_at is not None and not self.values

    @property
    def entry_clock(self) -> EntryClock | None:
        """How long is left for the entry of an approved form."""
        if not self.waits_for_entry or not self.entry_due_on:
            return None
        return entry_clock(self.entry_due_on, clock.today(), self.entry_due_is_expected)

    @property
    def waits_for_entry(self) -> bool:
        """A version that a newer one superseded before its entry is not entered any more."""
        return self.state == "approved" and self.superseded_by_id is None

    @property
    def filing_state(self) -> str:
        """The state as the archive counts it: what is not to be entered any more may be filed."""
        return self.state if self.state != "approved" or self.waits_for_entry else "entered"

    @property
    def edition_words(self) -> str:
        return edition_words(self.edition)


class SelfCheck(BaseModel):
    """A first-level check (一级审核) as it came out; the latest one counts and is printed."""

    form = ForeignKeyField(IntakeForm, backref="self_checks", on_delete="CASCADE")
    by = ForeignKeyField(Person, on_delete="RESTRICT")
    at = DateTimeField()
    passed = BooleanField()
    findings = JSONField(default=list)
    reasons = JSONField(default=dict)  # finding id: why the warning may stand


class Submission(BaseModel):
    """What was put before the head: frozen JSON, its hash, and the PDF made from it once."""

    form = ForeignKeyField(IntakeForm, backref="submissions", on_delete="CASCADE")
    round = IntegerField()
    snapshot = TextField()  # canonical JSON
    digest = CharField(64)
    values = JSONField()
    by = ForeignKeyField(Person, on_delete="RESTRICT")
    at = DateTimeField()
    document = ForeignKeyField(StoredFile, null=True, on_delete="RESTRICT")
    signed = ForeignKeyField(StoredFile, null=True, backref="signed_submissions", on_delete="RESTRICT")

    class Meta:
        indexes = ((("form", "round"), True),)

    @property
    def paper(self) -> StoredFile | None:
        """What is read, approved and kept: the document with the signatures that it has by now."""
        return self.signed if self.signed_id else self.document


class Review(BaseModel):
    """The second-level check (二级审核) of one submission."""

    submission = ForeignKeyField(Submission, unique=True, backref="review", on_delete="CASCADE")
    by = ForeignKeyField(Person, on_delete="RESTRICT")
    at = DateTimeField()
    decision = CharField(8)  # approve, return, reject
    opinion = TextField(default="")
    instead_of = CharField(64, default="")  # the head's name, when a deputy decided (O4)
    truth_method = CharField(16, default="")
    truth_on = DateField(null=True)
    truth_note = CharField(200, default="")
    is_sensitive = BooleanField(null=True)
    sensitive_note = CharField(200, default="")
    fits = BooleanField(null=True)
    fit_grade = CharField(12, default="")
    fit_note = CharField(200, default="")

    @property
    def by_words(self) -> str:
        return acting_words(self.by.name, self.instead_of)


class ReturnItem(BaseModel):
    """One field sent back, with what is wrong and the collector's answer (O5)."""

    review = ForeignKeyField(Review, backref="items", on_delete="CASCADE")
    field = CharField(32)
    remark = CharField(300)
    answer = CharField(300, default="")
    answered_at = DateTimeField(null=True)


class IntakeEvent(BaseModel):
    """The form's history, append-only."""

    form = ForeignKeyField(IntakeForm, backref="events", on_delete="CASCADE")
    at = DateTimeField()
    by = ForeignKeyField(Person, on_delete="RESTRICT")
    move = CharField(16)
    from_state = CharField(16)
    to_state = CharField(16)
    note = CharField(500, default="")
    instead_of = CharField(64, default="")

    @property
    def by_words(self) -> str:
        return acting_words(self.by.name, self.instead_of)
