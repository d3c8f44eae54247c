"""版本: a change after approval is the next edition, with its own review; the earlier one stays (O6)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import Expression, fn

from intranet_crm import clock
from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.rules import Permission
from intranet_crm.customers import timeline
from intranet_crm.customers.queries import may_edit, sees_contacts
from intranet_crm.customers.rules import masked_text
from intranet_crm.database import database
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed
from intranet_crm.intake.attached import attached_part, carry_over, files_changed
from intranet_crm.intake.diff import Change, changes
from intranet_crm.intake.drafts import record, remember
from intranet_crm.intake.fields import FIELDS, TEMPLATE_VERSION, Values, is_individual, is_shown
from intranet_crm.intake.labels import label_of
from intranet_crm.intake.models import IntakeForm, Submission
from intranet_crm.intake.rules import STATES, edition_number, first_number
from intranet_crm.notices.models import notify
from intranet_crm.pdf import missing_glyphs
from intranet_crm.tasks.models import Task

APPROVED = ("approved", "entered", "archived")
LONGEST_REASON = 300
RENEWED = ("collector", "department", "collected_on")  # with every version: no change of what was wanted
ONLY = "变更由这份采集表的采集人或有权编辑这位客户的人发起，你没有这项权限。"
DESTROYED = "{}的档案已按期销毁，不能再作变更；如有新情况请另填一份。"


@dataclass(frozen=True)
class Obstacle:
    """Why no next version can be begun, and the version to go to instead."""

    sentence: str
    other: IntakeForm | None = None


def amend(form_id: int, *, key: str, reason: str, by: Person) -> IntakeForm:
    """「发起变更」: the draft of the next version, from what was approved; the same ``key`` gives the same.

    Raises NotAllowed, IllegalMove (see `obstacle_to`) and DomainError without a reason.
    """
    reason = reason.strip()
    with database.atomic():
        form = IntakeForm.locked_by_id(form_id)
        if made := IntakeForm.get_or_none(IntakeForm.key == key):
            return _own(made, form, by)
        if not may_amend(form, by):
            raise NotAllowed(ONLY)
        if found := obstacle_to(form):
            raise IllegalMove(found.sentence)
        _refuse_reason(reason)
        made = _drafted(form, key, reason, by)
        _tell(form, made, by)
    return made


def may_amend(form: IntakeForm, by: Person) -> bool:
    """The form's collector, or who may edit its customer and sees the contact details that the form shows."""
    if not by.may(Permission.COLLECT) or (form.customer_id and form.customer.deleted_at):
        return False
    if form.collector_id == by.id:
        return True
    return bool(form.customer_id) and may_edit(by, form.customer) and sees_contacts(by, form.customer)


def offers_change(form: IntakeForm, by: Person) -> bool:
    """Whether 「发起变更」 leads somewhere: to a new version, or to one whose collector has left."""
    if form.state not in APPROVED or form.superseded_by_id or not may_amend(form, by):
        return False
    other = open_edition(form)
    return other is None or not other.collector.is_active


def obstacle_to(form: IntakeForm) -> Obstacle | None:
    """What keeps anybody from beginning the next version of this form now; None when nothing does."""
    if form.state not in APPROVED:
        return Obstacle(f"这份采集表现在是「{STATES.label(form.state)}」，通过复核之后才能发起变更。")
    if newer := form.superseded_by:
        return Obstacle(f"这份采集表已有{newer.edition_words}，请从最新的一版发起变更。", newer)
    if other := open_edition(form):
        now = f"{other.collector.name}，{STATES.label(other.state)}"
        return Obstacle(f"{other.edition_words}正在办理（{now}），办结之后才能再发起变更。", other)
    if not approved_submission(form).snapshot:
        return Obstacle(DESTROYED.format(form.edition_words))
    if form.archive_records.first() is None:
        return Obstacle("这份采集表的归档表正在生成，请稍候几秒再发起变更。")
    return None


def family(form: IntakeForm) -> Expression:
    """All versions of the form: they share the beginning of the number; 「-2」 and so on is added."""
    number = first_number(form.number)
    return (IntakeForm.number >= number) & (IntakeForm.number < f"{number}.")  # 「.」 follows 「-」


def open_edition(form: IntakeForm) -> IntakeForm | None:
    """The version that was begun from this one and has found no end yet."""
    ended = IntakeForm.state.in_((*APPROVED, "rejected"))
    return (
        IntakeForm.select(IntakeForm, Person)
        .join(Person, on=IntakeForm.collector)
        .where((IntakeForm.amends == form.id) & ~ended)
        .first()
    )


def approved_submission(form: IntakeForm) -> Submission:
    """What the head approved: an approved form is not submitted again."""
    return Submission.get((Submission.form == form.id) & (Submission.round == form.round))


def customer_id_of(form: IntakeForm) -> int | None:
    """The customer that the form is about; an earlier version may have opened it after this one was begun."""
    while form.customer_id is None and form.amends_id:
        form = form.amends
    return form.customer_id


def differences(form: IntakeForm, values: Values) -> list[Change]:
    """What reads differently from the approved version that this one amends, in the order of the sheet."""
    before = approved_submission(form.amends).values
    found = changes(before, values)
    if form.citizen_id_hash != form.amends.citizen_id_hash:
        found = _with_hidden_digits(found, before, values)
    return found + files_changed(attached_part(form.amends), attached_part(form))


def edition_part(form: IntakeForm, values: Values) -> dict[str, Any] | None:
    """What a later version freezes of the earlier one and of the differences; None for a first version.

    Raises DomainError when nothing was changed, or when the earlier version was destroyed meanwhile.
    """
    if form.amends_id is None:
        return None
    earlier = form.amends
    archived = earlier.archive_records.first()
    if archived is None or not approved_submission(earlier).snapshot:
        raise DomainError(DESTROYED.format(earlier.edition_words))
    found = differences(form, values)
    if all(each.field in RENEWED for each in found):
        raise DomainError(
            f"内容与{earlier.edition_words}相同，没有可以送审的改动。请先修改有变化的内容，再提交审核。"
        )
    return {
        "number": form.edition,
        "reason": form.amend_reason,
        "earlier": {
            "number": earlier.number,
            "edition": earlier.edition,
            "round": earlier.round,
            "digest": archived.digest,
            "record": archived.number,
        },
        "changes": as_rows(found),
    }


def as_rows(found: list[Change]) -> list[dict[str, str]]:
    """The differences as they are frozen."""
    return [
        {"field": each.field, "label": each.label, "old": each.old_words, "new": each.new_words}
        for each in found
    ]


def supersede(form: IntakeForm, *, by: Person, at: datetime) -> None:
    """The approved form takes the place of all versions before it, in the transaction of the approval."""
    if form.amends_id is None:
        return
    old = IntakeForm.locked_by_id(form.amends_id)
    words = f"{form.edition_words}（{form.number}）"
    old.claim_version(old.version, superseded_by=form, updated_at=at)
    IntakeForm.update(superseded_by=form).where(IntakeForm.superseded_by == old.id).execute()
    remember(old, "supersede", old.state, old.state, by=by, at=at, note=f"{words}已通过复核")
    record("由新版本取代", old, by, new={"superseded_by": form.number})
    Task.settle("intake_form", old.id, "entry", by=by, outcome=f"已由{form.edition_words}取代")
    if old.state == "approved" and old.collector_id != form.collector_id:
        title = f"「{old.customer_name}」的采集表已由{form.edition_words}取代，不用再录入"
        notify(old.collector, title, key=f"intake:{old.id}:superseded", address=f"/intake/{old.id}")


def _refuse_reason(reason: str) -> None:
    if not reason or len(reason) > LONGEST_REASON:
        raise DomainError(f"请写明变更说明，不超过 {LONGEST_REASON} 个字。")
    if missing := missing_glyphs(reason):
        raise DomainError(f"变更说明里的「{'、'.join(missing)}」没有可打印的字形，请改用其他写法。")


def _own(made: IntakeForm, form: IntakeForm, by: Person) -> IntakeForm:
    if made.collector_id != by.id or made.amends_id != form.id:
        raise NotAllowed("这份采集表属于另一位采集人。")
    return made


def _drafted(form: IntakeForm, key: str, reason: str, by: Person) -> IntakeForm:
    moment, today = clock.now(), clock.today()
    edition = 1 + IntakeForm.select(fn.MAX(IntakeForm.edition)).where(family(form)).scalar()
    department = department_for(form, by)
    renewed = {"collector": by.name, "department": department.name, "collected_on": today.isoformat()}
    made = IntakeForm.create(
        key=key,
        number=edition_number(form.number, edition),
        template=TEMPLATE_VERSION,
        values=approved_submission(form).values | renewed,
        citizen_id_cipher=form.citizen_id_cipher,
        citizen_id_hash=form.citizen_id_hash,
        customer=form.customer_id,
        customer_name=form.customer_name,
        collector=by,
        department=department,
        collected_on=today,
        amends=form,
        edition=edition,
        amend_reason=reason,
        created_at=moment,
        updated_at=moment,
    )
    carry_over(form, made)
    return made


def department_for(form: IntakeForm, by: Person) -> Department:
    """The 牵头部门 of the earlier version, where the new collector could have chosen it too; else the own."""
    return form.department if form.department_id in by.department.upward_ids() else by.department


def _tell(form: IntakeForm, made: IntakeForm, by: Person) -> None:
    """Both histories, the audit log, the customer's timeline, and the earlier collector."""
    reason, before, after = made.amend_reason, form.edition_words, made.edition_words
    remember(form, "amend", form.state, form.state, by=by, note=f"{after} {made.number}：{reason}")
    remember(made, "create", "", "draft", by=by, note=f"由{before} {form.number} 发起变更：{reason}")
    chain = [row.get("name") for row in made.values.get("decision_chain") or ()]
    person = form.customer_name if is_individual(made.values) else ""
    told = masked_text(reason, [made.values.get("contact_name"), person, *chain])
    facts = {"amends": form.number, "edition": made.edition, "reason": told}
    record("发起变更", made, by, new=facts)
    if form.customer_id:
        timeline.note(
            form.customer,
            kind="review",
            title=f"采集表 {form.number} 发起变更，{after} {made.number}",
            by=by,
            summary=reason,
            subject_kind="intake_form",
            subject_id=made.id,
        )
    if form.collector_id != by.id:
        title = f"{by.name}对「{form.customer_name}」的采集表发起变更（{after}）"
        key, address = f"intake:{made.id}:amended", f"/intake/{form.id}"
        notify(form.collector, title, key=key, address=address, body=reason)


def _with_hidden_digits(found: list[Change], before: Values, values: Values) -> list[Change]:
    """An ID number that differs only where it is masked reads the same: said in words."""
    field = FIELDS["citizen_id"]
    words = label_of(field, values)
    if not words or not is_shown(field, values) or any(each.field == field.key for each in found):
        return found
    hidden = Change(field.key, field.label, label_of(field, before), f"{words}（隐去的数字有改动）")
    order = list(FIELDS)
    return sorted([*found, hidden], key=lambda each: order.index(each.field))
