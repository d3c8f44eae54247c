"""What the form page is made of: sections, groups and cells with their findings and returned items."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from intranet_crm import clock
from intranet_crm.accounts.models import Department, Person
from intranet_crm.intake.answers import open_items
from intranet_crm.intake.drafts import plain_values
from intranet_crm.intake.fields import (
    FIELDS,
    Field,
    Values,
    is_required,
    is_shown,
    may_be_pending,
    shows_changes,
)
from intranet_crm.intake.findings import GROUPS, Finding, reason_for, unresolved
from intranet_crm.intake.forms import IntakeFields
from intranet_crm.intake.labels import is_blank
from intranet_crm.intake.layout import (
    COMPANIONS,
    DECIDERS,
    FOLLOWED_BY,
    LAYOUT,
    NUMBERS,
    TITLES,
    UNFOLLOWED,
    WIDE,
    section_on_screen,
)
from intranet_crm.intake.models import IntakeForm, ReturnItem
from intranet_crm.intake.selfchecks import findings_in, unanswered


@dataclass
class Cell:
    """One field with what stands under it."""

    field: Field
    bound: Any
    required: bool
    findings: list[Finding] = field(default_factory=list)
    item: ReturnItem | None = None
    companion: "Cell | None" = None

    @property
    def key(self) -> str:
        return self.field.key

    @property
    def span(self) -> str:
        return "full" if self.key in WIDE else "1"

    @property
    def follows(self) -> str:
        """The part of the page that is shown again when this field changes; '' for none."""
        return "" if self.key in UNFOLLOWED else FOLLOWED_BY.get(self.key, f"under-{self.key}")


@dataclass
class FormPage:
    """A form being filled, made from its values; ``checked``: after a self-check, blanks are findings too."""

    values: Values
    person: Person
    department: Department
    form: IntakeForm | None = None
    key: str = ""
    version: int = 0
    checked: bool = False
    rows: int = 0
    conflict: Any = None
    notes: Iterable[str] = ()
    answers: Mapping[str, str] = field(default_factory=dict)  # typed, not yet kept

    @cached_property
    def bound(self) -> IntakeFields:
        return IntakeFields.showing(self.values, self.departments, self.department.id, self.rows)

    @cached_property
    def departments(self) -> dict[int, str]:
        """The person's department and those above it, and the one that is chosen."""
        above = Department.select().where(Department.id.in_(self.person.department.upward_ids()))
        names = {each.id: each.name for each in above}
        chosen = {key: names[key] for key in self.person.department.upward_ids()}
        return chosen | {self.department.id: self.department.name}

    @cached_property
    def items(self) -> dict[str, ReturnItem]:
        found = open_items(self.form) if self.form and self.form.round else []
        for item in found:
            item.answer = self.answers.get(item.field, item.answer)
        return {item.field: item for item in found}

    @cached_property
    def findings(self) -> list[Finding]:
        """What the rules find; the citizen's number, masked on the page once it is kept, is judged whole."""
        values = self.values
        if self.form and values.get("citizen_id") == self.form.values.get("citizen_id"):
            values = values | {"citizen_id": plain_values(self.form).get("citizen_id")}
        found = findings_in(values, clock.today())
        if not self.checked:
            return [each for each in found if each.group != "completeness"]
        return [*unanswered(self.items.values()), *found]

    @property
    def reasons(self) -> dict[str, str]:
        return self.values.get("reasons") or {}

    def reason(self, finding: Finding) -> str:
        return reason_for(finding, self.reasons)

    @cached_property
    def open_findings(self) -> list[Finding]:
        return unresolved(self.findings, self.reasons)

    @property
    def summary(self) -> list[tuple[str, list[Finding]]]:
        """What stops 「提交自查」, by the three groups of 一级自查."""
        groups = [(word, [each for each in self.open_findings if each.group == key]) for key, word in GROUPS]
        return [(word, found) for word, found in groups if found]

    def cell(self, key: str) -> Cell:
        spec = FIELDS[key]
        companion = COMPANIONS.get(key)
        shown = companion and is_shown(FIELDS[companion], self.values)
        return Cell(
            spec,
            getattr(self.bound, key, None),
            is_required(spec, self.values),
            [each for each in self.findings if each.field == key and each.code != "pending"],
            self.items.get(key),
            self.cell(companion) if shown else None,
        )

    def groups(self, section: str) -> list[tuple[str, list[Cell]]]:
        return [
            (title, [self.cell(key) for key in keys if is_shown(FIELDS[key], self.values)])
            for title, keys in LAYOUT[section]
        ]

    def hidden(self, section: str) -> list[tuple[str, str]]:
        """What was typed into fields that another choice hides: carried along, so that it comes back."""
        keys = {key for _, group in LAYOUT[section] for key in group}
        keys |= {companion for asker, companion in COMPANIONS.items() if asker in keys}
        return [
            (key, self.values[key])
            for key in sorted(keys)
            if not is_shown(FIELDS[key], self.values) and isinstance(self.values.get(key), str)
        ]

    def may_be_added(self, section: str) -> list[Field]:
        """The blanks of a section that may be marked 「待补充」."""
        keys = [key for _, group in LAYOUT[section] for key in group if key not in DECIDERS]
        asked = [FIELDS[key] for key in keys if is_shown(FIELDS[key], self.values)]
        return [
            each
            for each in asked
            if may_be_pending(each, self.values) and is_blank(self.values.get(each.key))
        ]

    def title(self, section: str) -> str:
        return NUMBERS[section] + TITLES[section]

    @property
    def pending(self) -> list[str]:
        return self.values.get("pending") or []

    @property
    def has_changes(self) -> bool:
        return shows_changes(self.values)

    @property
    def index(self) -> list[tuple[str, str, str]]:
        counts: dict[str, int] = {}
        for finding in self.open_findings:
            section = section_on_screen(finding.field)
            counts[section] = counts.get(section, 0) + 1
        marks = [(key, TITLES[key], f"{counts[key]}" if key in counts else "") for key in LAYOUT]
        return [*marks, ("attachments", "附件", "")]

    @property
    def address(self) -> str:
        return f"/intake/{self.form.id}" if self.form else "/intake"
