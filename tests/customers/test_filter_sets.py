"""Whatever is done and whenever the sets are written, the list is what a look at every customer finds."""

from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intranet_crm import background, clock
from intranet_crm.accounts.models import Person
from intranet_crm.batches.models import Batch
from intranet_crm.customers import filter_folding, filter_reading, filter_shelves, lists, tag_batches
from intranet_crm.customers.deletions import Deletion
from intranet_crm.customers.filter_match import found_ids
from intranet_crm.customers.filters import Filters
from intranet_crm.customers.grading import set_grade
from intranet_crm.customers.models import Collaboration, Customer
from intranet_crm.customers.owners import OwnerChange
from intranet_crm.customers.tags import CustomerTag, Tag
from intranet_crm.followups.models import FollowUp
from intranet_crm.needs import tags as need_tags
from intranet_crm.needs.models import Need
from intranet_crm.needs.tags import NeedTag
from intranet_crm.reference import choices
from tests.customers.naive import listed

WAN = 1_000_000
REGIONS = ("", "310115", "310100", "310000", "440305", "440300", "429004")
INDUSTRIES = ("C34", "C39", "I65", "OTHER", "O80")
AMOUNTS = (None, 5 * WAN, 10 * WAN, 10 * WAN - 1, 123_456_700, 123_400_000, 90 * WAN)
WORDS = ("重点跟进", "华东区域", "老客户")
NEED_WORDS = ("降本", "高性价比")
READERS = ("chenjing", "wanglei", "huangli", "liqiang", "linhai", "admin")


class Company:
    """People who do something with customers, one random thing after the other."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.people = {each.username: each for each in Person.select()}
        self.admin = self.people["admin"]
        self.verbs = (
            self.open, self.revise, self.change_status, self.grade, self.tag, self.untag, self.merge_tags,
            self.record_need, self.revise_need, self.tag_need, self.merge_need_tags, self.follow_up,
            self.correct_followup, self.collaborate, self.bulk, self.undo, self.pass_on, self.delete,
            self.restore,
        )  # fmt: skip

    def does_something(self) -> str:
        verb = self.chance.choice(self.verbs)
        past = timedelta(minutes=self.chance.randrange(60 * 24 * 500))
        with clock.as_of(clock.now() - past):
            verb()
        return verb.__name__

    def any(self, model, *where):
        found = list(model.select().where(*where)) if where else list(model.select())
        return self.chance.choice(found) if found else None

    def key(self, known: choices.Choices) -> str:
        return self.chance.choice(known.keys())

    def owner(self) -> Person:
        return self.people[self.chance.choice(("chenjing", "wanglei", "zhaomin"))]

    def facts(self) -> dict:
        chance = self.chance
        size = chance.choice(
            ({"employees": chance.choice((0, 49, 50, 199, 500))}, {"employee_band": "under_50"}, {})
        )
        manager = chance.choice((None, self.people["huangli"].id))
        return size | {
            "industry": chance.choice(INDUSTRIES),
            "source": self.key(choices.SOURCE_CHANNELS),
            "region": chance.choice(REGIONS),
            "budget_low": chance.choice(AMOUNTS),
            "success_manager_id": manager,
        }

    def open(self) -> None:
        kind = self.key(choices.CUSTOMER_KINDS)
        named = {"name": f"客户{self.chance.randrange(10**6)}", "kind": kind}
        Customer.open(self.facts() | named, by=self.admin, owner=self.owner())

    def revise(self) -> None:
        if customer := self.any(Customer):
            customer.revise(self.facts(), seen=customer.version, by=self.admin)

    def change_status(self) -> None:
        if customer := self.any(Customer):
            new = (self.key(choices.CUSTOMER_STATUSES), self.key(choices.FOLLOWUP_STAGES))
            customer.change_status(*new, reason="谈妥了", by=self.admin)

    def grade(self) -> None:
        if customer := self.any(Customer):
            grade = self.key(choices.CUSTOMER_GRADES)
            set_grade(customer, grade, seen=customer.grade, reason="老客户", by=self.admin)

    def tag(self) -> None:
        tag = self._usable(Tag, WORDS)
        for customer in filter(None, (self.any(Customer), self.any(Customer))):
            tag.put_on(customer, by=self.admin)

    def untag(self) -> None:
        if row := self.any(CustomerTag):
            row.tag.take_off(row.customer, by=self.admin)

    def merge_tags(self) -> None:
        one, other = (self._usable(Tag, WORDS) for _ in range(2))
        if one.id != other.id:
            tag_batches.merge(one, other, key=uuid4().hex, by=self.admin)
            background.work_off()

    def _usable(self, model, words):
        """A tag of one of the words; those that were merged away come back under another number."""
        word = self.chance.choice(words)
        known = model.get_or_none(model.name == word)
        if known and known.retired_at:
            known.name = f"{word}{known.id}"
            known.save()
        return model.coin(word, by=self.admin)

    def record_need(self) -> None:
        if customer := self.any(Customer):
            Need.record(customer, by=self.admin, background="到期", detail="更换", **self._wants())

    def _wants(self) -> dict:
        return {
            "type": self.key(choices.NEED_TYPES),
            "priority": self.key(choices.PRIORITIES),
            "budget_low": self.chance.choice(AMOUNTS),
            "budget_pending": self.chance.choice((0, 0, 1)),
        }

    def revise_need(self) -> None:
        if need := self.any(Need):
            need.revise(need.version, self.admin, **self._wants())

    def tag_need(self) -> None:
        if need := self.any(Need):
            need_tags.put_on(need, [self._usable(NeedTag, NEED_WORDS).name], by=self.admin)

    def merge_need_tags(self) -> None:
        one, other = (self._usable(NeedTag, NEED_WORDS) for _ in range(2))
        if one.id != other.id:
            one.merge_into(other, by=self.admin)

    def follow_up(self) -> None:
        if customer := self.any(Customer):
            FollowUp.record(customer, key=uuid4().hex, by=self.admin, **self._talk())

    def _talk(self) -> dict:
        happened = clock.now() - timedelta(hours=self.chance.randrange(24 * 60))
        return {"happened_at": happened, "method": "phone", "content": "谈了续约"}

    def correct_followup(self) -> None:
        if talk := self.any(FollowUp):
            talk.revise(seen=talk.version, by=self.admin, **self._talk())

    def collaborate(self) -> None:
        customer, person = self.any(Customer), self.people[self.chance.choice(READERS)]
        if customer:
            row = {"customer": customer, "person": person, "created_by": 1, "created_at": clock.now()}
            Collaboration.insert(**row).on_conflict_ignore().execute()

    def bulk(self) -> None:
        filters = a_filter(self.chance)
        kind, value = self.chance.choice(
            (
                ("grade", {"value": self.key(choices.CUSTOMER_GRADES)}),
                ("stage", {"value": self.key(choices.FOLLOWUP_STAGES)}),
                ("owner", {"value": self.owner().id}),
                ("tag_put_on", {"tag": self._usable(Tag, WORDS).id}),
                ("tag_take_off", {"tag": self._usable(Tag, WORDS).id}),
            )
        )
        if found_ids(self.admin, filters):
            Batch.ask(kind, filters.as_json(), value, scope="", key=uuid4().hex, by=self.admin)
            background.work_off()

    def undo(self) -> None:
        batch = self.any(
            Batch, Batch.undoes.is_null() & Batch.finished_at.is_null(False) & (Batch.changed > 0)
        )
        if batch:
            batch.undo(by=self.admin)
            background.work_off()

    def pass_on(self) -> None:
        customer, to = self.any(Customer), self.owner()
        if customer and customer.owner_id != to.id:
            OwnerChange.make(customer, to, reason="调整", seen=customer.owner_id, by=self.admin)

    def delete(self) -> None:
        if customer := self.any(Customer, Customer.deleted_at.is_null()):
            Deletion.put_away(customer, reason="重复", by=self.admin)

    def restore(self) -> None:
        if deletion := self.any(Deletion, Deletion.restored_at.is_null()):
            deletion.restore(by=self.admin)


def a_filter(chance: Random) -> Filters:
    """A combination of a few conditions, some with several values."""
    today = clock.today()

    def some(values):
        return tuple(chance.sample(list(values), chance.choice((1, 1, 2))))

    def day():
        return today - timedelta(days=chance.randrange(500))

    persons = {name: key for key, name in Person.select(Person.id, Person.username).tuples()}
    conditions = {
        "status": lambda: some(choices.CUSTOMER_STATUSES.keys()),
        "stage": lambda: some(choices.FOLLOWUP_STAGES.keys()),
        "kind": lambda: some(choices.CUSTOMER_KINDS.keys()),
        "grade": lambda: some(choices.CUSTOMER_GRADES.keys()),
        "source": lambda: some(choices.SOURCE_CHANNELS.keys()),
        "size": lambda: some(choices.EMPLOYEE_BANDS.keys()),
        "industry": lambda: some((*INDUSTRIES, "C", "I", "O")),
        "region": lambda: some(filter(None, (*REGIONS, "440000"))),
        "owner": lambda: some((persons["chenjing"], persons["wanglei"])),
        "success_manager": lambda: (persons["huangli"],),
        "budget": lambda: chance.choice((1, 5 * WAN, 10 * WAN, 123_456_700, 123_456_701, 1_234 * WAN // 10)),
        "need_type": lambda: some(choices.NEED_TYPES.keys()),
        "need_priority": lambda: some(choices.PRIORITIES.keys()),
        "need_tag": lambda: some([tag.id for tag in NeedTag.select()]),
        "tag": lambda: some([tag.id for tag in Tag.select()]),
        "created_months": lambda: chance.choice((1, 3, 12)),
        "created_from": day,
        "created_to": day,
        "followed_from": day,
        "followed_to": day,
        "idle": lambda: some(("never", "15", "30", "180")),
        "chosen": lambda: tuple(chance.sample(range(1, 60), 8)),
    }
    names = chance.sample(list(conditions), chance.choice((0, 1, 1, 2, 2, 3)))
    return Filters(**{name: conditions[name]() for name in names})


def read_through(person: Person, filters: Filters) -> tuple[list[int], set[int]]:
    """All ids by turning the pages, and what the pages said how many there are."""
    keys, counts, after = [], set(), None
    while True:
        page = lists.page(person, filters, after=after)
        keys += [row.id for row in page.rows]
        counts.add(page.count)
        after = page.after
        if after is None:
            return keys, counts


def check_pages(chance: Random, people: dict[str, Person]) -> None:
    person, filters = people[chance.choice(READERS)], a_filter(chance)
    wanted = listed(person, filters)
    keys, counts = read_through(person, filters)
    assert (keys, counts) == (wanted, {len(wanted)}), filters
    assert sorted(found_ids(person, filters)) == sorted(wanted)
    if len(wanted) > lists.PAGE:
        place = chance.randrange(lists.PAGE, len(wanted))
        customer = Customer.get_by_id(wanted[place])
        page = lists.page(person, filters, before=(customer.touched_at, customer.id))
        first = max(0, place - lists.PAGE)
        assert [row.id for row in page.rows] == wanted[first : first + lists.PAGE]


@pytest.fixture
def small(monkeypatch):
    """So few customers to a page and to a shelf that some tens of them are many."""
    monkeypatch.setattr(lists, "PAGE", 5)
    monkeypatch.setattr(lists, "FEW", 250)
    for module in (filter_shelves, filter_folding):
        monkeypatch.setattr(module, "SHELF", 4)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(seed=st.integers(0, 2**32))
def test_the_list_is_right_after_anything_folded_or_not(people, small, seed):
    chance = Random(seed)
    company = Company(chance)
    lists.FEW = chance.choice((0, 3, 250))
    for _ in range(3):
        company.open()
    for _ in range(chance.randrange(3, 12)):
        company.does_something()
        if chance.random() < 0.2:
            chance.choice((filter_folding.fold, lambda: list(filter_folding.rebuild())))()
    for _ in range(4):
        check_pages(chance, people)
    filter_folding.fold()
    for _ in range(3):
        check_pages(chance, people)
    assert stored() == anew(), "a verb did not mark what it changed"


def stored() -> dict:
    """The sets as they are, without empty ones and the order."""
    known = filter_reading.read(lambda sets: sets.everything())
    return {name: set(bits) for name, bits in known.items() if bits and name[0] != filter_shelves.TOUCHED}


def anew() -> dict:
    found = filter_folding.grouped(lambda column: column > 0)
    return {name: set(ids) for name, ids in found.items() if ids}
