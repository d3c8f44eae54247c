"""How it went with each customer: when it was opened, how it ends, and the days of its conversations."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle, pairwise
from random import Random

from intranet_crm.demo.customers import Invented, invent
from intranet_crm.demo.places import EAST, SOUTH
from intranet_crm.demo.play import working_days

HISTORY = 365  # days
EAST_SHARE = 0.68
OWNERS = {EAST: (("chenjing", 42), ("wanglei", 40), ("liqiang", 18)), SOUTH: (("zhaomin", 1),)}

# The end of a course: how many of a hundred customers, and how many conversations it takes
FATES = {
    "fresh": (13, 2.5),
    "potential": (13, 4.5),
    "exploring": (9, 5.0),
    "proposing": (9, 8.0),
    "negotiating": (8, 9.5),
    "won": (19, 11.0),
    "kept": (13, 11.5),  # a customer already when the records begin
    "paused": (6, 8.0),
    "lost_prospect": (6, 5.5),
    "lost": (4, 8.0),
}
# Which kinds of conversation a course is made of, in order, in percent; caring ones lie between the others
SHARES = {
    "fresh": {"opening": 100},
    "potential": {"opening": 45, "exploring": 40, "caring": 15},
    "exploring": {"opening": 25, "exploring": 60, "caring": 15},
    "proposing": {"opening": 15, "exploring": 45, "proposing": 30, "caring": 10},
    "negotiating": {"opening": 12, "exploring": 34, "proposing": 26, "negotiating": 18, "caring": 10},
    "won": {
        "opening": 8,
        "exploring": 20,
        "proposing": 14,
        "negotiating": 10,
        "starting": 14,
        "serving": 24,
        "caring": 10,
    },
    "kept": {"serving": 72, "caring": 28},
    "paused": {"serving": 62, "caring": 22, "cooling": 16},
    "lost_prospect": {"opening": 22, "exploring": 34, "proposing": 22, "cooling": 22},
    "lost": {"serving": 60, "caring": 15, "cooling": 25},
}
OVER = ("paused", "lost_prospect", "lost")
KNOWN_BEFORE = ("kept", "paused", "lost")
# What each salesperson has promised the customers in progress, one after the other: days from today
PROMISES = (0, 6, -2, 12, 1, None, 20, 3, -5, 9, 33, 2, None, 15, 0, 26, -9, 4, 40, None)


@dataclass(frozen=True)
class Visit:
    """A conversation to be held on a working day; ``promised`` is the next one's day."""

    day: date
    phase: str
    promised: date | None


@dataclass(frozen=True)
class Course:
    invented: Invented
    owner: str  # account name
    in_east: bool
    fate: str
    opened_on: date
    visits: list[Visit]


def courses(chance: Random, today: date, customers: int, followups: int) -> list[Course]:
    """So many courses with so many conversations in all, up to the last working day before ``today``."""
    fates = _dealt(customers, {fate: share for fate, (share, _) in FATES.items()})
    chance.shuffle(fates)
    weights = [FATES[fate][1] * chance.uniform(0.6, 1.4) for fate in fates]
    counts = _parts(followups, weights)
    promises = {name: cycle(PROMISES) for owners in OWNERS.values() for name, _ in owners}
    return [_course(chance, today, fate, count, promises) for fate, count in zip(fates, counts, strict=True)]


def _course(
    chance: Random, today: date, fate: str, count: int, promises: dict[str, Iterator[int | None]]
) -> Course:
    in_east = chance.random() < EAST_SHARE
    places = EAST if in_east else SOUTH
    names, weights = zip(*OWNERS[places], strict=True)
    owner = chance.choices(names, weights)[0]
    invented = invent(chance, places, today)
    days = _days(chance, today, fate, count)
    phases = _phases(chance, fate, count)
    goes_on = None if fate in OVER else next(promises[owner])
    ends = [
        *(_promised(chance, now, then) for now, then in pairwise(days[1:])),
        None if goes_on is None else today + timedelta(days=goes_on),
    ]
    visits = [
        Visit(day, phase, end if end and end > day else None)
        for day, phase, end in zip(days[1:], phases, ends, strict=False)
    ]
    return Course(invented, owner, in_east, fate, days[0], visits)


def _promised(chance: Random, day: date, kept: date) -> date:
    """What had been agreed before: the day it was kept, or up to three days off."""
    return max(day + timedelta(days=1), kept + timedelta(days=chance.choice((-2, 0, 0, 0, 0, 1, 3))))


def _days(chance: Random, today: date, fate: str, count: int) -> list[date]:
    """The day of opening and, after it, the days of ``count`` conversations, all different working days."""
    spread = (
        25 if fate in KNOWN_BEFORE else HISTORY - 15 if fate in ("fresh", "potential") else HISTORY * 4 // 5
    )
    first = min(chance.randrange(spread), HISTORY - 12 - count * 4)
    latest = chance.randrange(20, 150) if fate in OVER else min(chance.randrange(1, 22), count * 3)
    begin = today - timedelta(days=HISTORY - max(first, 0))
    last = max(begin + timedelta(days=count * 2 + 8), today - timedelta(days=latest))
    days = working_days(begin, min(last, today - timedelta(days=1)))
    soon = chance.choice(days[1:4])
    between = chance.sample([day for day in days[1:-1] if day > soon], max(count - 2, 0))
    return [days[0], soon, *sorted(between), days[-1]][: count + 1]


def _phases(chance: Random, fate: str, count: int) -> list[str]:
    phases = _dealt(count, SHARES[fate])
    caring = phases.count("caring")
    phases = [phase for phase in phases if phase != "caring"] or ["opening"]
    for _ in range(count - len(phases) if caring else 0):
        phases.insert(chance.randrange(1, len(phases) + (fate not in OVER)), "caring")
    return phases


def _dealt(count: int, shares: dict[str, int]) -> list[str]:
    """``count`` keys in the order and the proportions of ``shares``."""
    parts = Counter(dict(zip(shares, _parts(count, list(shares.values())), strict=True)))
    return [key for key in shares for _ in range(parts[key])]


def _parts(total: int, weights: list[float]) -> list[int]:
    """Whole numbers in the proportion of the weights whose sum is ``total``."""
    whole, parts, given = sum(weights), [], 0
    for place in range(1, len(weights) + 1):
        upto = round(total * sum(weights[:place]) / whole)
        parts.append(upto - given)
        given = upto
    return parts
