"""Intake forms, the review desk, the archive and the audit log."""

import uuid

from intranet_crm import background, clock
from intranet_crm.accounts.rules import Role
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.audit_log import AuditEntry
from intranet_crm.benchmark.timing import Timing
from intranet_crm.benchmark.visitors import TIMES, Visitors, nth
from intranet_crm.demo import form_values
from intranet_crm.demo.customers import invent
from intranet_crm.demo.places import EAST, SOUTH
from intranet_crm.intake import drafts, submissions
from intranet_crm.intake.models import IntakeForm

FORMS = 30  # on the review desks


def submit(visitors: Visitors) -> None:
    """Forms before the heads of the sellers, with their documents."""
    for number in range(FORMS):
        person, _ = nth(visitors.sales, number)
        invented = invent(visitors.chance, EAST + SOUTH, clock.today())
        values = form_values.of_newcomer(invented, person, visitors.chance, clock.today())
        form = drafts.open_draft(uuid.uuid4().hex, values, department=person.department, by=person)
        drafts.check(form.id, by=person)
        submissions.submit(form.id, by=person)
    background.work_off()


def measured(visitors: Visitors) -> dict[str, Timing]:
    """Timings by page; a page of forms only when there are any."""
    found = {"intake form, new": visitors.get(visitors.sales, lambda _, n: "/intake/new")}
    for role, people in visitors.roles.items():
        for name, query in {"": "", ", state": "state=archived", ", overdue": "overdue=1"}.items():
            found[f"intake list{name}, {role}"] = visitors.get(people, lambda _, n, q=query: f"/intake?{q}")
    return found | _desks(visitors) | _archive(visitors) | _log(visitors)


def _desks(visitors: Visitors) -> dict[str, Timing]:
    waiting = list(IntakeForm.select().where(IntakeForm.state == "in_review").limit(TIMES))
    if not waiting:
        return {}
    heads, collectors = (
        [(form, visitors.browser(getattr(form, column), role)) for form in waiting]
        for column, role in (("reviewer", Role.HEAD), ("collector", Role.SALES))
    )
    return {
        "review queue": visitors.get(heads, lambda _, n: "/reviews"),
        "review queue, around": visitors.get(heads, lambda _, n: "/reviews?show=around"),
        "review desk": visitors.get(heads, lambda form, n: f"/reviews/{form.id}"),
        "intake form, filled": visitors.get(collectors, lambda form, n: f"/intake/{form.id}"),
    }


def _archive(visitors: Visitors) -> dict[str, Timing]:
    titles = ArchiveRecord.select(ArchiveRecord.number, ArchiveRecord.title).limit(TIMES).tuples()
    known = list(titles) or [("DA-2026-0001", "璟玥科技")]
    queries = {
        "list": lambda n: "",
        "number": lambda n: f"q={nth(known, n)[0]}",
        "rare name": lambda n: f"q={nth(known, n)[1][2:6]}",
        "common name": lambda n: "q=科技",
        "no such name": lambda n: "q=璟玥瑄瑜",
        "a month": lambda n: f"since={clock.today():%Y-%m}-01",
        "late page": lambda n: f"before={len(known)}",
    }
    return {
        f"archive {name}, {role}": visitors.get(people, lambda _, n, q=query: f"/archive?{q(n)}")
        for role, people in (visitors.roles | {"all": visitors.archivists}).items()
        for name, query in queries.items()
    }


def _log(visitors: Visitors) -> dict[str, Timing]:
    queries = {
        "": "",
        ", person": f"actor={visitors.sales[0][0].name}",
        ", action": "action=修改客户",
        ", title": "title=CUST2026",
        ", no such title": "title=璟玥瑄瑜",
        ", late page": "before={late}",
    }
    late = (AuditEntry.select(AuditEntry.id).order_by(AuditEntry.id.desc()).scalar() or 2) // 2
    return {
        f"audit log{name}": visitors.get(visitors.auditors, lambda _, n, q=q: f"/audit?{q.format(late=late)}")
        for name, q in queries.items()
    }
