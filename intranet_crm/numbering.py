"""Numbers given once: customer, intake and archive numbers."""

from peewee import CharField, IntegerField

from intranet_crm.database import BaseModel, is_sqlite


class NumberSeries(BaseModel):
    prefix = CharField(32, unique=True)
    last = IntegerField(default=0)


def next_number(prefix: str, width: int = 4) -> str:
    """``prefix`` and the next number of its series, at least ``width`` digits.

    Call inside the transaction that uses the number: the series stays locked until it ends,
    so numbers are unique and without holes, and a roll-back gives the number back.
    """
    # One statement, since to insert and then to lock is a deadlock when several begin a series at once.
    one_more = {NumberSeries.last: NumberSeries.last + 1}
    target = {"conflict_target": [NumberSeries.prefix]} if is_sqlite() else {}
    NumberSeries.insert(prefix=prefix, last=1).on_conflict(update=one_more, **target).execute()
    last = NumberSeries.get(NumberSeries.prefix == prefix).last
    return f"{prefix}{last:0{width}d}"
