"""What is known of customers for their grade (B8): facts with their words, missing ones named."""

from collections.abc import Iterable
from datetime import date, timedelta

from peewee import Table, fn

from intranet_crm import clock
from intranet_crm.customers.grade_rules import Fact, Judgement, Scheme, judged
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.customers.rules import employees_words, industry_label, revenue_words
from intranet_crm.formatting import day, ten_thousands
from intranet_crm.reference.choices import CUSTOMER_STATUSES
from intranet_crm.reference.size import employees_span, revenue_span

# Needs stand on our right and cannot be imported: their table is known by name; a test holds it to the model.
NEEDS = Table("need", ("customer_id", "budget_low", "budget_high", "budget_pending"))
FEN_PER_WAN = 1_000_000
YEAR = timedelta(days=365)
NOT_YET = ("potential", "intending")  # no cooperation so far


def judgements(customers: Iterable[Customer], scheme: Scheme) -> dict[int, Judgement]:
    """What the rules suggest for each of the customers; two queries."""
    customers = list(customers)
    keys = [customer.id for customer in customers]
    budgets, talks, today = _budgets(keys), _talks(keys), clock.today()
    return {
        each.id: judged(scheme, facts(each, budgets.get(each.id), talks.get(each.id, 0), today))
        for each in customers
    }


def judgement_of(customer: Customer, scheme: Scheme) -> Judgement:
    return judgements([customer], scheme)[customer.id]


def budgets_and_talks(customers: Iterable[Customer]) -> dict[int, tuple[int | None, int]]:
    """By customer: the largest budget of its needs in fen, its follow-ups in the last twelve months."""
    keys = [customer.id for customer in customers]
    if not keys:
        return {}
    budgets, talks = _budgets(keys), _talks(keys)
    return {key: (budgets.get(key), talks.get(key, 0)) for key in keys}


def _budgets(keys: list[int]) -> dict[int, int]:
    """The largest budget among the needs of each customer, in fen; there are no contracts to ask yet."""
    largest = fn.MAX(fn.COALESCE(NEEDS.budget_high, NEEDS.budget_low))
    theirs = NEEDS.customer_id.in_(keys) & (NEEDS.budget_pending == 0)
    found = NEEDS.select(NEEDS.customer_id, largest).where(theirs).group_by(NEEDS.customer_id)
    return {key: fen for key, fen in found.bind(Customer._meta.database).tuples() if fen is not None}


def _talks(keys: list[int]) -> dict[int, int]:
    """How many follow-ups each customer had in the last twelve months, by its timeline."""
    since = clock.now() - YEAR
    theirs = TimelineEntry.customer.in_(keys) & (TimelineEntry.kind == "followup")
    found = TimelineEntry.select(TimelineEntry.customer, fn.COUNT(TimelineEntry.id))
    found = found.where(theirs & (TimelineEntry.at >= since)).group_by(TimelineEntry.customer)
    return dict(found.tuples())


def facts(customer: Customer, needed: int | None, talks: int | None, today: date) -> dict[str, Fact]:
    """The facts by criterion. ``needed``: the budget of its needs in fen; ``talks``: None without a file."""
    found = {
        "revenue": _revenue(customer),
        "contribution": _budget(customer, needed),
        "industry": _industry(customer),
        "depth": Fact(CUSTOMER_STATUSES.label(customer.status), customer.status),
        "history": _history(customer, today),
    }
    if customer.kind == "enterprise":
        found["employees"] = _employees(customer)
    elif found["revenue"].value is None:
        del found["revenue"]  # nobody asks a person for it
    if talks is not None:
        found["activity"] = Fact(f"{talks} 次", talks)
    return found


def _employees(customer: Customer) -> Fact:
    words = employees_words(customer.employees, customer.employee_band)
    if customer.employees is not None:
        return Fact(words, customer.employees)
    if not customer.employee_band:
        return Fact("未填", None)
    low = employees_span(customer.employee_band).low
    return Fact(f"{words}，按下限计", low)


def _revenue(customer: Customer) -> Fact:
    words = revenue_words(customer.revenue, customer.revenue_band)
    if customer.revenue is not None:
        return Fact(words, customer.revenue / FEN_PER_WAN)
    if not words:
        return Fact("未填", None)
    return Fact(f"{words}，按下限计", revenue_span(words).low)


def _budget(customer: Customer, needed: int | None) -> Fact:
    own = customer.budget_high if customer.budget_high is not None else customer.budget_low
    known = [fen for fen in (own, needed) if fen is not None]
    if not known:
        return Fact("客户资料和需求都未填预算", None)
    source = "（需求）" if max(known) == needed else ""
    return Fact(f"{ten_thousands(max(known))} 万元{source}", max(known) / FEN_PER_WAN)


def _industry(customer: Customer) -> Fact:
    return Fact(industry_label(customer.industry), customer.industry or None)


def _history(customer: Customer, today: date) -> Fact:
    begin, end = customer.cooperation_from, customer.cooperation_to
    if begin is None:
        return Fact("尚未合作", 0) if customer.status in NOT_YET else Fact("合作开始日未填", None)
    years = full_years(begin, min(end or today, today))
    span = f"{day(begin)} 至 {day(end)}" if end and end < today else f"{day(begin)} 起"
    length = f"满 {years} 年" if years else "不满 1 年"
    return Fact(f"{span}，{length}", years)


def full_years(begin: date, end: date) -> int:
    """How many years are over; 0 when it has not begun."""
    return max(end.year - begin.year - ((end.month, end.day) < (begin.month, begin.day)), 0)
