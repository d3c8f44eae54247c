"""What a head has written on the desk before the verdict: kept, so that nothing typed is lost (O8)."""

from typing import Self

from peewee import CharField, DateTimeField, ForeignKeyField
from werkzeug.datastructures import MultiDict

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.database import BaseModel, JSONField, database
from intranet_crm.intake.fields import FIELDS
from intranet_crm.intake.models import IntakeForm

# The signing password is never kept; what was judged of other words does not count for new ones.
WORDS = {"opinion", "return", *(f"remark-{key}" for key in FIELDS)}
JUDGED = {
    "truth_method", "truth_on", "truth_note", "is_sensitive", "sensitive_note", "fits", "fit_grade",
    "fit_note",
}  # fmt: skip
LONGEST = 2000


class ReviewDraft(BaseModel):
    form = ForeignKeyField(IntakeForm, backref="review_drafts", on_delete="CASCADE", index=False)
    person = ForeignKeyField(Person, backref="review_drafts", on_delete="CASCADE")
    digest = CharField(64)  # of the submission that was on the screen
    values = JSONField()  # input name: what was typed or chosen
    saved_at = DateTimeField()

    class Meta:
        indexes = ((("form", "person"), True),)

    @classmethod
    def of(cls, form: IntakeForm, person: Person) -> Self | None:
        return cls.get_or_none((cls.form == form.id) & (cls.person == person.id))

    @classmethod
    def keep(cls, form: IntakeForm, person: Person, posted: MultiDict) -> None:
        """What the person has written so far instead of what was kept; an empty page keeps nothing."""
        given = {name: posted.getlist(name) for name in posted if name in WORDS | JUDGED}
        values = {name: [each[:LONGEST] for each in kept] for name, kept in given.items() if any(kept)}
        mine = (cls.form == form.id) & (cls.person == person.id)
        with database.atomic():
            Person.locked_by_id(person.id)
            cls.delete().where(mine).execute()
            if values:
                digest = (posted.get("seen") or "")[:64]
                cls.create(form=form, person=person, digest=digest, values=values, saved_at=clock.now())

    @classmethod
    def drop(cls, form: IntakeForm) -> None:
        """Decided: what anybody had begun to write of it is over, in the caller's transaction."""
        cls.delete().where(cls.form == form.id).execute()

    def posted(self, digest: str) -> MultiDict:
        """As the page would post it; of another submission than ``digest`` the words alone."""
        names = self.values if self.digest == digest else WORDS & self.values.keys()
        return MultiDict((name, each) for name in names for each in self.values[name])
