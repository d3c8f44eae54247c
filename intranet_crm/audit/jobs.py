"""The chain is sealed each minute and read through each day."""

from datetime import date

from intranet_crm import background
from intranet_crm.audit import chain


@background.each_minute
def seal() -> None:
    chain.seal()


@background.each_day(chain.CHECK)
def check(day: int) -> None:
    background.in_turns(chain.CHECK, day, chain.read_through(date.fromordinal(day)))
