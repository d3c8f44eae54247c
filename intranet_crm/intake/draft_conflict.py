"""Two windows on one draft: what stands there now against what the later window holds."""

from collections.abc import Mapping
from typing import Any

from intranet_crm import clock
from intranet_crm.intake.answers import changed_items, names_of, open_items
from intranet_crm.intake.diff import Change, changes
from intranet_crm.intake.fields import FIELDS, Values
from intranet_crm.intake.models import IntakeForm
from intranet_crm.reference.identifiers import mask_citizen_id


def conflict_of(form: IntakeForm, typed: Values, answers: Mapping[str, str]) -> dict[str, Any]:
    """When the draft was saved last, and every word that 「以我为准」 would put in place of another."""
    current = IntakeForm.get_by_id(form.id)
    values = typed | {"citizen_id": mask_citizen_id(typed["citizen_id"])}
    rows = changes(current.values, values)
    for told in (_amounts, _pending, _reasons):
        rows += told(current.values, values)
    rows += _answers(current, answers)
    return {"at": f"{clock.local(current.updated_at):%H:%M:%S}", "rows": rows}


def _amounts(old: Values, new: Values) -> list[Change]:
    """What was typed into the budget and is no number."""
    before, after = ("、".join((values.get("raw") or {}).values()) for values in (old, new))
    return [Change("budget", "预算范围里不是数字的内容", before, after)] if before != after else []


def _pending(old: Values, new: Values) -> list[Change]:
    before, after = (
        "、".join(FIELDS[key].label for key in values.get("pending") or ()) for values in (old, new)
    )
    return [Change("pending", "待补充", before, after)] if before != after else []


def _reasons(old: Values, new: Values) -> list[Change]:
    before, after = old.get("reasons") or {}, new.get("reasons") or {}
    return [
        Change(field, f"保留「{FIELDS[field].label}」原文的理由", before.get(key, ""), after.get(key, ""))
        for key in {**before, **after}
        if (field := key.rpartition("@")[2]) in FIELDS and before.get(key, "") != after.get(key, "")
    ]


def _answers(form: IntakeForm, answers: Mapping[str, str]) -> list[Change]:
    items = changed_items(open_items(form), answers)
    return [
        Change(item.field, name, item.answer, answers[item.field])
        for item, name in zip(items, names_of(items), strict=True)
    ]
