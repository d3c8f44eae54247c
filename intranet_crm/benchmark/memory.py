"""Whether the web process grows: its memory over many requests of all kinds."""

from pathlib import Path

from intranet_crm.benchmark.searches import TYPED
from intranet_crm.benchmark.visitors import Visitors, nth

REQUESTS, EACH = 2000, 200
PAGES = ("/", "/customers", "/followups", "/tasks", "/notices", "/intake", "/archive", "/customers/{key}")
SEARCHES = tuple(f"/search?q={words[0]}" for words in TYPED.values())


def measured(visitors: Visitors) -> list[float]:
    """Megabytes of memory after every 200 of 2,000 mixed requests; the first number is before them."""
    pairs = [pair for people in zip(*visitors.roles.values(), strict=False) for pair in people]
    taken = [resident()]
    for number in range(1, REQUESTS + 1):
        person, client = nth(pairs, number)
        key = nth(visitors.own.get(person.id) or nth(list(visitors.own.values()), number), number)
        client.get(nth(PAGES + SEARCHES, number).format(key=key))
        if number % EACH == 0:
            taken.append(resident())
    return taken


def resident() -> float:
    """The megabytes of memory that this process holds."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0
