"""``scripts/manage seed``: a great many invented customers, follow-ups and papers, for measuring.

Rows are written straight into the tables, in chunks; they are what the verbs would have left there, with the
audit log of the papers only.
"""

import sys
import time
from random import Random

from intranet_crm.accounts.models import Person
from intranet_crm.customers.filter_folding import rebuild
from intranet_crm.customers.models import Customer
from intranet_crm.database import database
from intranet_crm.followups import lateness
from intranet_crm.seeding.customers import Customers
from intranet_crm.seeding.papers import Papers
from intranet_crm.seeding.people import ACCOUNT

EVERY = 10_000  # rows between two lines on the screen
REFUSAL = "数据库里已有真实客户，模拟数据不会写进去。请用 CRM_DATA 或 CRM_DATABASE 另指一个空库。"


def seed(customers: int, followups: int, random_seed: int, papers: int = 0) -> int:
    """Write so many customers and follow-ups, and intake forms with their archive records, about all the
    customers there are; 0, or 1 beside customers that were not made here."""
    with database.connection_context():
        ours = Person.select(Person.id).where(Person.username.startswith(ACCOUNT))
        if Customer.select().where(Customer.created_by.not_in(ours)).exists():
            print(REFUSAL, file=sys.stderr)
            return 1
        began, chance = time.monotonic(), Random(random_seed)  # noqa: S311 - nothing secret
        _write(Customers(chance, customers, followups), "位客户")
        for _done in rebuild():  # written past the verbs, no customer is marked
            pass
        _write(Papers(chance, papers), "份采集表")
        lateness.rebuild()
    written = f"{customers} 位客户、{followups} 条跟进、{papers} 份采集表"
    print(f"共写入 {written}，用时 {time.monotonic() - began:.0f} 秒。")
    return 0


def _write(what: Customers | Papers, word: str) -> None:
    began, said = time.monotonic(), EVERY
    while what.write_chunk():
        if what.done >= said:
            said += EVERY
            print(f"  已写入 {what.done} {word}，{time.monotonic() - began:.0f} 秒", flush=True)
