"""How the form stands on screen: which fields together, how wide, and what is shown again after a change."""

from intranet_crm.intake.fields import FIELDS, SECTIONS

Groups = tuple[tuple[str, tuple[str, ...]], ...]

# What decides about the other parts comes first; the sheet keeps T1's order (fields.py).
LAYOUT: dict[str, Groups] = {
    "start": (("", ("situation", "customer_kind", "method")),),
    "basic": (
        (
            "",
            (
                "name", "credit_code", "citizen_id", "industry", "employee_band", "occupation", "founded",
                "source", "address",
            ),
        ),
        (
            "联系人",
            ("contact_name", "phone", "form_of_address", "post", "decision_role", "preferred_channel"),
        ),
    ),
    "needs": (
        ("", ("need_type", "priority", "background", "detail")),
        ("预算与时间", ("budget", "budget_cycle", "expected_finish", "complexity")),
        ("决策与合作", ("decision_chain", "intention", "competitors")),
        ("痛点与验收", ("pain_points", "acceptance")),
    ),
    "changes": (
        (
            "",
            (
                "change_kind", "renewal_intention", "satisfaction", "project_status", "cooperation_history",
                "bottlenecks",
            ),
        ),
    ),
    "collection": (
        ("", ("collected_on", "department", "collector", "info_sources", "notice_version", "consent")),
    ),
}  # fmt: skip
DECIDERS = LAYOUT["start"][0][1]
TITLES = {"start": "本次采集"} | {section.key: section.title for section in SECTIONS}
NUMBERS = {"start": ""} | {section.key: section.number for section in SECTIONS}

# These appear inside the cell of the field that asks for them
COMPANIONS = {
    "credit_code": "credit_code_reason",
    "industry": "industry_note",
    "need_type": "need_type_note",
}
WIDE = frozenset(
    {"situation", "address", "decision_chain", "info_sources", "satisfaction"}
    | {key for key, field in FIELDS.items() if field.kind == "long_text"}
)
# A change here shows another part again; everywhere else what hangs on the field
FOLLOWED_BY = {
    "situation": "changes",
    "customer_kind": "basic",
    "method": "cell-info_sources",
    "address": "cell-address",
}
UNFOLLOWED = frozenset({"collector", "department"})


def section_on_screen(key: str) -> str:
    """The section of the screen that holds a field."""
    key = next((asker for asker, companion in COMPANIONS.items() if companion == key), key)
    return next(section for section, groups in LAYOUT.items() if any(key in keys for _, keys in groups))
