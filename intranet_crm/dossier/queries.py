"""What the dossier says beyond the customer's own data: counts, the core need, the last contacts, sheets."""

from dataclasses import dataclass
from typing import Any

from peewee import JOIN

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.archive.queries import visible_records
from intranet_crm.customers.attachments import KIND
from intranet_crm.customers.contact_queries import ContactCard
from intranet_crm.customers.facts import Fact, budget_of
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.org_chart import OrgChart
from intranet_crm.customers.queries import Shown
from intranet_crm.customers.tags import CustomerTag
from intranet_crm.dossier.rules import Completeness, completeness
from intranet_crm.files.models import Attachment
from intranet_crm.followups.models import FollowUp
from intranet_crm.intake.models import IntakeForm
from intranet_crm.needs.models import Need
from intranet_crm.needs.queries import needs_of
from intranet_crm.needs.tags import tags_of
from intranet_crm.needs.wording import need_words
from intranet_crm.reference.choices import PRIORITIES
from intranet_crm.service_issues.models import ServiceIssue

Newer = IntakeForm.alias()
MOST = 999  # counted no further
LAST = 5  # contacts on the page of paper
LONGEST = 80  # characters of the core need

# (word, table with a customer, id of its panel)
COUNTED = (
    ("联系人", Contact, "contacts"),
    ("需求", Need, "needs"),
    ("跟进", FollowUp, "timeline-panel"),
    ("服务问题", ServiceIssue, "service-issues"),
    ("采集表", IntakeForm, "intake"),
)


def counts(person: Person, customer: Customer) -> list[tuple[str, str, str]]:
    """(word, number, id of the panel) of what belongs to the customer, as far as the person may read it."""
    found = [
        (word, table.select().where(table.customer == customer.id), panel) for word, table, panel in COUNTED
    ]
    if person.may(P.SEE_SHEETS):
        found.append(("档案", _records(person, customer), "sheets"))
    own = (Attachment.subject_kind == KIND) & (Attachment.subject_id == customer.id)
    found.append(("附件", Attachment.select().where(own), "attachments"))
    return [(word, _number(rows.limit(MOST + 1).count()), panel) for word, rows, panel in found]


def _number(count: int) -> str:
    return str(count) if count <= MOST else f"{MOST}+"


def _records(person: Person, customer: Customer) -> Any:
    return visible_records(person).where(IntakeForm.customer == customer.id)


def sheets_of(person: Person, customer: Customer) -> list[ArchiveRecord]:
    """The customer's archive records in reach, the latest first."""
    columns = (ArchiveRecord.id, ArchiveRecord.number, ArchiveRecord.title, ArchiveRecord.collected_on)
    versions = (IntakeForm.id, IntakeForm.edition, IntakeForm.superseded_by, Newer.id, Newer.edition)
    found = _records(person, customer).select(*columns, ArchiveRecord.sheet, *versions)
    found = found.join_from(IntakeForm, Newer, JOIN.LEFT_OUTER, on=IntakeForm.superseded_by)
    return list(found.order_by(ArchiveRecord.id.desc()).limit(20))


def ranked_needs(customer: Customer) -> list[Need]:
    """The customer's needs, the most pressing first, among equals the newest."""
    order = {key: place for place, key in enumerate(PRIORITIES.keys())}
    return sorted(needs_of(customer), key=lambda need: order.get(need.priority, len(order)))


@dataclass(frozen=True, slots=True)
class CoreNeed:
    """T2's 核心需求, 预算范围, 时间节点 and 需求标签: those of the most pressing need."""

    need: Need | None
    facts: list[Fact]
    others: int


def core_need(customer: Customer, needs: list[Need], shown: Shown, *, in_full: bool) -> CoreNeed:
    """``needs`` come ranked; the customer's own budget goes before that of the need."""
    need = needs[0] if needs else None
    words = need_words(need, in_full, shown) if need else {}
    facts = [
        ("核心需求", f"{words['type']}：{_cut(words['detail'])}" if need else ""),
        ("预算范围", budget_of(customer) or words.get("budget")),
        ("时间节点", words.get("expected_finish")),
        ("合作意向", words.get("intention")),
        ("需求标签", "、".join(tag.name for tag in tags_of([need.id]).get(need.id, ())) if need else ""),
    ]
    return CoreNeed(need, facts, max(len(needs) - 1, 0))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def completeness_of(customer: Customer, contacts: list[ContactCard], needs: list[Need]) -> Completeness:
    """By what is stored of the customer, its contacts and its needs."""
    ways = (customer.phone, customer.landline, customer.email)
    known = {
        "way": any(ways) or any(each.mobile or each.landline or each.email for each in contacts),
        "citizen_id": customer.citizen_id_masked,
        "employees": customer.employees is not None or customer.employee_band,
        "revenue": customer.revenue is not None or customer.revenue_band,
        "key_contact": bool(contacts),
        "decision_maker": any(each.decides for each in contacts),
        "core_need": bool(needs),
        "budget": any(_knows_budget(record) for record in (customer, *needs)),
        "time_node": any(need.expected_from for need in needs),
        "org_chart": OrgChart.select().where(OrgChart.customer == customer.id).exists(),
        "tags": CustomerTag.select().where(CustomerTag.customer == customer.id).exists(),
    }
    columns = {name: value for name, value in customer.__data__.items() if name not in known}
    filled = {name for name, value in (columns | known).items() if value}
    if customer.success_manager_id:
        filled.add("success_manager_id")
    return completeness(customer.kind, customer.status, filled)


def _knows_budget(record: Customer | Need) -> bool:
    return record.budget_low is not None or record.budget_high is not None


def last_followups(customer: Customer, shown: Shown) -> list[FollowUp]:
    """The last contacts, the latest first, as the reader may see them; never save these."""
    found = FollowUp.select(FollowUp, Person).join(Person, on=FollowUp.person)
    of_customer = found.where(FollowUp.customer == customer.id)
    latest = list(of_customer.order_by(FollowUp.happened_at.desc(), FollowUp.id.desc()).limit(LAST))
    for followup in latest:
        followup.content = shown(followup.content)
    return latest
