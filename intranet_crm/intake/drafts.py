"""Drafts of the intake form: opened once, saved while typing, checked by the collector (O2, O3, 一级自查)."""

from datetime import datetime
from typing import Any

from peewee import IntegrityError

from intranet_crm import audit_log, clock, secrecy
from intranet_crm.accounts.deputies import represented_by
from intranet_crm.accounts.models import Department, Person
from intranet_crm.customers.models import Customer
from intranet_crm.customers.rules import masked_text, shown_name
from intranet_crm.database import database
from intranet_crm.errors import IllegalMove, NotAllowed, StaleVersion
from intranet_crm.intake import rules
from intranet_crm.intake.answers import changed_items, keep, names_of, open_items
from intranet_crm.intake.fields import FIELDS, TEMPLATE_VERSION, Values, is_individual
from intranet_crm.intake.findings import Finding, unresolved
from intranet_crm.intake.formats import parse_date
from intranet_crm.intake.labels import label_of
from intranet_crm.intake.models import IntakeEvent, IntakeForm, SelfCheck
from intranet_crm.intake.selfchecks import as_rows, findings_in, unanswered
from intranet_crm.numbering import next_number
from intranet_crm.reference.identifiers import mask_citizen_id
from intranet_crm.reference.phones import mask_name, mask_phone

STALE = "这份采集表在另一窗口保存过，你刚才的内容还没有保存。"
MASKS = {"citizen_id": mask_citizen_id, "phone": mask_phone, "contact_name": mask_name}


def open_draft(
    key: str,
    values: Values,
    *,
    department: Department,
    by: Person,
    customer: Customer | None = None,
    stays: bool = False,
) -> IntakeForm:
    """The draft of an empty page's ``key``, made now; raises IntegrityError when the key has one already.

    ``stays``: the page stays open (autosave) and may go on saving.
    """
    moment, today = clock.now(), clock.today()
    stored = IntakeForm(
        citizen_id_cipher=customer.citizen_id_cipher if customer else "",
        citizen_id_hash=customer.citizen_id_hash if customer else None,
        values={"citizen_id": customer.citizen_id_masked if customer else ""},
    )
    kept = _columns(values | {"collector": by.name, "department": department.name}, stored)
    if customer:
        kept["values"]["customer_id"] = customer.id
    with database.atomic():
        form = IntakeForm.create(
            key=key,
            number=key[:24],  # the key is claimed first, so that a second post waits here and takes no number
            template=TEMPLATE_VERSION,
            collector=by,
            department=department,
            customer=customer,
            saved_from=key if stays else "",
            created_at=moment,
            updated_at=moment,
            **kept,
        )
        form.number = next_number(f"CJ{today:%Y%m%d}")
        form.save(only=[IntakeForm.number])
        remember(form, "create", "", "draft", by=by, at=moment)
        record("新建采集表", form, by, new=words_of(form.values))
    return form


def save(
    form_id: int,
    values: Values,
    *,
    by: Person,
    seen: int | None,
    page: str = "",
    stays: bool = False,
    department: Department | None = None,
    answers: dict[str, str] | None = None,
) -> IntakeForm:
    """Keep what was typed; the same again changes nothing. Raises StaleVersion, IllegalMove, NotAllowed.

    ``seen`` is the version the page was made from (None: whatever is there is overwritten). A page that saved
    last itself may go on, so that a button overtaking its own autosave is no conflict. What an autosave
    changed is recorded by the names of the fields; its words are recorded when they are submitted.
    """
    with database.atomic():
        form = IntakeForm.locked_by_id(form_id)
        items = open_items(form)
        state = decide("edit", form, by, has_open_returns=bool(items))
        changes = _columns(form.values | values, form)
        if department and department.id != form.department_id:
            changes |= {"department": department}
            changes["values"]["department"] = department.name
        own_page = bool(page) and form.saved_from == page
        answered = changed_items(items, answers or {})
        if not answered and not _differs(form, changes):
            return form
        if seen is not None and seen != form.version and not own_page:
            raise StaleVersion(STALE)
        before, old_state = form.values, form.state
        form.claim_version(
            form.version,
            state=state,
            saved_from=page if stays else "",
            updated_at=clock.now(),
            **changes,
        )
        keep(answered, answers or {})
        if state != old_state:
            remember(form, "edit", old_state, state, by=by)
        _record_saving(form, before, by, answered=names_of(answered), briefly=stays)
    return form


def check(form_id: int, *, by: Person) -> tuple[SelfCheck, list[Finding]]:
    """「提交自查」 of what is saved: the result as it is kept, and what it stumbled over.

    Passed, the form is 已自查; else it stays as it is. Raises IllegalMove or NotAllowed.
    """
    with database.atomic():
        form = IntakeForm.locked_by_id(form_id)
        state = decide("self_check", form, by)
        reasons = {key: text for key, text in (form.values.get("reasons") or {}).items() if text}
        found = [*unanswered(open_items(form)), *findings_in(plain_values(form), clock.today())]
        passed = not unresolved(found, reasons)
        moment = clock.now()
        result = SelfCheck.create(
            form=form, by=by, at=moment, passed=passed, findings=as_rows(found), reasons=reasons
        )
        if passed:
            old_state = form.state
            form.claim_version(form.version, state=state, saved_from="", updated_at=moment)
            remember(form, "self_check", old_state, state, by=by, at=moment)
        facts = {"passed": passed, "findings": [finding.id for finding in found], "reasons": reasons}
        record("提交自查", form, by, new=facts)
    return result, found


def replace_words(form_id: int, finding_id: str, *, by: Person) -> None:
    """「改为：…」: write the standard term in place of the colloquial words of one finding (S4 二(三))."""
    with database.atomic():
        form = IntakeForm.locked_by_id(form_id)
        found = next(
            (each for each in findings_in(form.values, clock.today()) if each.id == finding_id), None
        )
        if found is None or not found.code.startswith("colloquial:"):
            raise IllegalMove("这处用词已经改过，请刷新页面核对。")
        text = form.values[found.field]
        for start, end in reversed(found.spans):
            text = text[:start] + found.suggestion + text[end:]
        save(form_id, {found.field: text}, by=by, seen=None)


def plain_values(form: IntakeForm) -> Values:
    """The values with the citizen's number in full, for the rules only: never for a page or a file."""
    if not form.citizen_id_cipher:
        return form.values
    return form.values | {"citizen_id": secrecy.decrypted(form.citizen_id_cipher)}


def decide(move: str, form: IntakeForm, by: Person, **facts: Any) -> str:
    """The state after the move, by the rules; for moves of the collector."""
    actor = rules.Actor(is_collector=form.collector_id == by.id, is_reviewer=stands_in(form, by) is not None)
    return rules.decide(
        move, form.state, actor, reviewer=form.reviewer.name if form.reviewer_id else "", **facts
    )


def stands_in(form: IntakeForm, person: Person) -> str | None:
    """Empty for the form's reviewer, the reviewer's name for a deputy of today, None for anybody else."""
    if form.reviewer_id == person.id:
        return ""
    if form.collector_id == person.id or form.reviewer_id not in represented_by(person):
        return None
    return form.reviewer.name


def remember(
    form: IntakeForm,
    move: str,
    old: str,
    new: str,
    *,
    by: Person,
    at: datetime | None = None,
    note: str = "",
    instead_of: str = "",
) -> None:
    """A line of the form's history, in the caller's transaction."""
    IntakeEvent.create(
        form=form,
        at=at or clock.now(),
        by=by,
        move=move,
        from_state=old,
        to_state=new,
        note=note[:500],
        instead_of=instead_of,
    )


def record(action: str, form: IntakeForm, by: Person, **values: Any) -> None:
    kind = "individual" if is_individual(form.values or {}) else "enterprise"
    name = shown_name(kind, form.customer_name, full=False)
    title = f"{form.number} {name}".strip()
    audit_log.record(action, by=by, kind="intake_form", subject_id=form.id, title=title, **values)


def _record_saving(
    form: IntakeForm, before: Values, by: Person, *, answered: list[str], briefly: bool
) -> None:
    old, new = audit_log.changed(words_of(before), words_of(form.values))
    if briefly:
        record("自动保存采集表", form, by, new={"fields": [*new, *answered]})
    else:
        record("保存采集表", form, by, old=old, new=new | ({"answered": answered} if answered else {}))


def words_of(values: Values) -> dict[str, str]:
    """The filled fields by their labels, personal data masked, for the audit log."""
    words = {
        key: MASKS.get(key, str)(label_of(field, values)) for key, field in FIELDS.items() if key in values
    }
    if "decision_chain" in words:
        words["decision_chain"] = "、".join(
            mask_name(row.get("name")) for row in values.get("decision_chain") or ()
        )
    named = [values.get("contact_name"), *(row.get("name") for row in values.get("decision_chain") or ())]
    if is_individual(values):
        named.append(values.get("name"))
    names = [name.strip() for name in named if name and name.strip()]
    return {FIELDS[key].label: masked_text(text, names) for key, text in words.items() if text}


def _columns(values: Values, form: IntakeForm) -> dict[str, Any]:
    """What is stored of the values: the citizen's number encrypted, masked in the values themselves."""
    typed, stored = values.get("citizen_id") or "", (form.values or {}).get("citizen_id") or ""
    cipher, digest = form.citizen_id_cipher, form.citizen_id_hash
    if typed != stored:
        sealed = bool(typed) and "*" not in typed
        same = sealed and secrecy.keyed_hash(typed) == digest
        if not same:
            cipher = secrecy.encrypted(typed) if sealed else ""
            digest = secrecy.keyed_hash(typed) if sealed else None
    return {
        "values": values | {"citizen_id": mask_citizen_id(typed)},
        "citizen_id_cipher": cipher,
        "citizen_id_hash": digest,
        "customer_name": (values.get("name") or "")[:120],
        "collected_on": parse_date(values.get("collected_on") or ""),
    }


def _differs(form: IntakeForm, changes: dict[str, Any]) -> bool:
    return (
        "department" in changes
        or changes["citizen_id_hash"] != form.citizen_id_hash
        or changes["values"] != form.values
    )


def open_once(
    key: str, values: Values, *, by: Person, seen: int | None, stays: bool, **given: Any
) -> IntakeForm:
    """The draft of this key: made by the first who asks, saved by all others. Raises what ``save`` raises."""
    customer = given.pop("customer", None)
    form = IntakeForm.get_or_none(IntakeForm.key == key)
    if form is None:
        try:
            return open_draft(
                key, values, by=by, customer=customer, stays=stays, department=given["department"]
            )
        except IntegrityError:
            form = IntakeForm.get(IntakeForm.key == key)
    if form.collector_id != by.id:
        raise NotAllowed("这份采集表属于另一位采集人。")
    return save(form.id, values, by=by, seen=seen, page=key, stays=stays, **given)
