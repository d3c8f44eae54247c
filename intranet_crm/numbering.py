"""Numbers given once: customer, intake and archive numbers."""

from peewee import CharField, IntegerField

from intranet_crm.database import BaseModel, insert_ignoring_repeats, locked


class NumberSeries(BaseModel):
    prefix = CharField(32, unique=True)
    last = IntegerField(default=0)


def next_number(prefix: str, width: int = 4) -> str:
    """``prefix`` and the next number of its series, at least ``width`` digits.

    Call inside the transaction that uses the number: the series stays locked until it ends,
    so numbers are unique and without holes, and a roll-back gives the number back.
    """
    insert_ignoring_repeats(NumberSeries, prefix=prefix)
    series = locked(NumberSeries.select().where(NumberSeries.prefix == prefix)).get()
    NumberSeries.update(last=series.last + 1).where(NumberSeries.id == series.id).execute()
    return f"{prefix}{series.last + 1:0{width}d}"
