"""The collector's answers to the items of a return (O5)."""

from collections.abc import Mapping

from intranet_crm import clock
from intranet_crm.intake.fields import FIELDS
from intranet_crm.intake.models import IntakeForm, ReturnItem, Review, Submission


def open_items(form: IntakeForm) -> list[ReturnItem]:
    """The items of the return that the next submission answers; none when the last one was not returned."""
    return list(
        ReturnItem.select(ReturnItem, Review)
        .join(Review)
        .join(Submission)
        .where(
            (Submission.form == form.id) & (Submission.round == form.round) & (Review.decision == "return")
        )
        .order_by(ReturnItem.id)
    )


def changed_items(items: list[ReturnItem], answers: Mapping[str, str]) -> list[ReturnItem]:
    """Those of the items whose answer would be another one."""
    return [item for item in items if answers.get(item.field, item.answer) != item.answer]


def keep(items: list[ReturnItem], answers: Mapping[str, str]) -> None:
    """Write the answers, in the caller's transaction."""
    moment = clock.now()
    for item in items:
        facts = {"answer": answers[item.field], "answered_at": moment}
        ReturnItem.update(**facts).where(ReturnItem.id == item.id).execute()


def names_of(items: list[ReturnItem]) -> list[str]:
    return [f"「{FIELDS[item.field].label}」的答复" for item in items]
