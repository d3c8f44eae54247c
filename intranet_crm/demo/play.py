"""A history is written as acts with their moments and then played in order, the clock set back to each."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from intranet_crm import clock
from intranet_crm.reference.workdays import is_working_day

Act = Callable[[], None]


class Play:
    """The acts still to come; an act may add others that follow from it."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, Act]] = []
        self._order = count()

    def at(self, moment: datetime, act: Act) -> None:
        heappush(self._waiting, (moment, next(self._order), act))

    def run(self, until: datetime) -> None:
        """Do every act up to ``until``, earliest first; what would come later does not happen."""
        while self._waiting and self._waiting[0][0] <= until:
            moment, _, act = heappop(self._waiting)
            with clock.as_of(moment):
                act()
        self._waiting.clear()


def working_days(first: date, last: date) -> list[date]:
    """The working days from ``first`` to ``last``, both included."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if is_working_day(day)]


def moment_of(day: date, chance: Random, first: int, last: int) -> datetime:
    """Some minute between the two hours of the day."""
    return clock.at(day, first) + timedelta(minutes=chance.randrange((last - first) * 60))
