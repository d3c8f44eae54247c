"""What a hand-over booklet is asked for with."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import ValidationError

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.reference.form_fields import DayField, SentenceField, options, radios, select

LENGTHS = ((10, "最近 10 条"), (20, "最近 20 条"), (50, "最近 50 条"))
FULL, MASKED = "full", "masked"


class BookletForm(FlaskForm):
    """``people`` may give, take and witness; ``in_full``: the reader may print contact details in full."""

    giver = select("移交人", (), required=True)
    taker = select("接收人", (), required=True)
    witness = select("监交人", ())
    handed_on = DayField("交接日期", required=True)
    reason = SentenceField("交接原因", required=True, longest=200)
    followups = radios("跟进记录", LENGTHS, required=True)
    contacts = radios("联系方式", ((FULL, "完整"), (MASKED, "脱敏")), required=True)

    def __init__(self, people: list[Person], *, in_full: bool, **known: Any):
        usual = {"handed_on": clock.today(), "followups": "20", "contacts": FULL}
        super().__init__(data=usual | known)
        self.people = {str(person.id): person for person in people}
        here = [person for person in people if person.is_active]  # one who has left can still hand over
        for field, offered, blank in (
            (self.giver, people, "请选择"), (self.taker, here, "请选择"), (self.witness, here, "暂不指定"),
        ):  # fmt: skip
            named = [(person.id, f"{person.name}（{person.department.name}）") for person in offered]
            field.choices = options(named, blank)
        if not in_full:
            del self.contacts

    def validate_taker(self, field: Any) -> None:
        if field.data and field.data == self.giver.data:
            raise ValidationError("接收人和移交人是同一个人，请核对。")

    def validate_witness(self, field: Any) -> None:
        if field.data and field.data in (self.giver.data, self.taker.data):
            raise ValidationError("监交人应是移交人和接收人以外的第三人。")

    def facts(self) -> dict[str, Any]:
        """What ``Booklet.ask`` takes beside customer and maker."""
        return {
            "giver": self.people[self.giver.data],
            "taker": self.people[self.taker.data],
            "witness": self.people.get(self.witness.data),
            "handed_on": self.handed_on.data,
            "reason": self.reason.data,
            "followups": int(self.followups.data),
            "in_full": bool(self.contacts) and self.contacts.data == FULL,
        }
