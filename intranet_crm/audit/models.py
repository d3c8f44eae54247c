"""When the log's chain was read through, how far, and what was found."""

from datetime import date
from typing import Self

from peewee import CharField, DateField, DateTimeField, IntegerField

from intranet_crm import clock
from intranet_crm.database import BaseModel, insert_ignoring_repeats


class ChainCheck(BaseModel):
    """A day's reading of the chain from its first row; ``position`` and ``digest`` are of the last row read.

    A row that was right then must be the same for ever: so a log cut off or written anew is found too.
    """

    day = DateField(unique=True)
    began_at = DateTimeField()
    position = IntegerField(default=0)
    digest = CharField(64, default="")
    fault = CharField(300, default="")
    done_at = DateTimeField(null=True)

    @classmethod
    def latest(cls) -> Self | None:
        """The last one that said something: it came to its end, or is read again after a fault."""
        said = cls.done_at.is_null(False) | (cls.fault != "")
        return cls.select().where(said).order_by(cls.day.desc()).first()

    @classmethod
    def of(cls, day: date) -> Self:
        """The day's reading, begun if it is not yet."""
        insert_ignoring_repeats(cls, day=day, began_at=clock.now(), position=0, digest="", fault="")
        return cls.get(cls.day == day)
