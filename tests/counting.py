"""What a piece of work asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from intranet_crm.database import database


@contextmanager
def questions() -> Iterator[list[str]]:
    """The SELECTs that are asked within it."""
    kind = type(database.obj)
    real, asked = kind.execute_sql, []

    def counting(self, sql, *more, **options):
        if sql.startswith("SELECT"):
            asked.append(sql)
        return real(self, sql, *more, **options)

    kind.execute_sql = counting
    try:
        yield asked
    finally:
        kind.execute_sql = real
