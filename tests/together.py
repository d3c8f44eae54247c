"""Acts that begin together: two tabs, two workers."""

from collections.abc import Callable
from contextvars import copy_context
from threading import Barrier, Thread
from typing import Any

from intranet_crm.database import database
from intranet_crm.errors import DomainError


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gave or raised, all of them begun together on connections of their own."""
    start, ended = Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        with database.connection_context():
            start.wait()
            try:
                ended[place] = act()
            except Exception as error:
                ended[place] = error

    # each in a copy of this context, so that a clock that was set stands still there too
    threads = [Thread(target=copy_context().run, args=[run, *pair]) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def refused(ended: list[Any]) -> list[DomainError]:
    """The acts that ended with a sentence; any other error fails the test."""
    errors = [each for each in ended if isinstance(each, Exception)]
    assert [error for error in errors if not isinstance(error, DomainError)] == []
    return errors
