"""The database, the base model, and the few differences between SQLite and MariaDB/MySQL."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial, reduce
from operator import or_
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from peewee import (
    OP,
    SQL,
    AutoField,
    DatabaseProxy,
    DateTimeField,
    Expression,
    Field,
    IntegerField,
    Model,
    ModelSelect,
    Select,
    SqliteDatabase,
    Value,
    fn,
)
from peewee import JSONField as PeeweeJSONField
from playhouse.migrations import Runner
from playhouse.pool import PooledMySQLDatabase, PooledSqliteDatabase

from intranet_crm.errors import StaleVersion

database = DatabaseProxy()

MIGRATIONS = Path(__file__).parent / "migrations"

# A power cut must not take back an acknowledged write, so SQLite syncs every commit.
SQLITE_PRAGMAS = {
    "busy_timeout": 10_000,
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "cache_size": -65536,
}


class ExactMySQLDatabase(PooledMySQLDatabase):
    """MariaDB or MySQL that keeps microseconds and compares text exactly."""

    field_types = PooledMySQLDatabase.field_types | {"DATETIME": "DATETIME(6)"}

    def _set_server_version(self, connection: Any) -> None:
        super()._set_server_version(connection)
        # MariaDB takes JSON as text and knows no CAST AS JSON; Oracle's MySQL never had a version 10.
        self.mariadb = self.server_version >= (10,)


def open_database(url: str, *, durable: bool = True) -> Any:
    """The database at ``url``; connections are pooled, transactions on SQLite take the write lock at once."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        pragmas = SQLITE_PRAGMAS if durable else SQLITE_PRAGMAS | {"synchronous": 0}
        return PooledSqliteDatabase(
            parts.path,
            pragmas=pragmas,
            timeout=10,  # the pool's; SQLite's own is a pragma
            lock_type="IMMEDIATE",
            max_connections=64,
            check_same_thread=False,
        )
    return ExactMySQLDatabase(
        unquote(parts.path.lstrip("/")),
        host=parts.hostname,
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        charset="utf8mb4",
        # No gap locks and no stale reads after waiting for a row lock.
        init_command="SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
        max_connections=64,
        stale_timeout=300,
    )


def is_sqlite() -> bool:
    return isinstance(database.obj, SqliteDatabase)


def exact_collation(server_version: str) -> str:
    """The collation that tells 'abc' from 'ABC' and from 'abc ', by the server's own word."""
    return "utf8mb4_nopad_bin" if "MariaDB" in server_version else "utf8mb4_0900_bin"


@contextmanager
def hurried() -> Iterator[None]:
    """For work that goes on by itself where it was: on SQLite its commits do not wait for the disk.

    A power cut may take back the last of them, whole and in order, never somebody else's.
    """
    if not is_sqlite():
        yield
        return
    database.execute_sql("PRAGMA synchronous = 1")
    try:
        yield
    finally:
        database.execute_sql(f"PRAGMA synchronous = {SQLITE_PRAGMAS['synchronous']}")


def migrate() -> list[str]:
    """Bring the schema up to date; returns the names of the migrations that ran."""
    with database.connection_context():
        if not is_sqlite():
            version = database.execute_sql("SELECT VERSION()").fetchone()[0]
            database.execute_sql(f"ALTER DATABASE CHARACTER SET utf8mb4 COLLATE {exact_collation(version)}")
        return Runner(database.obj, str(MIGRATIONS)).up()


def pending_migrations() -> list[str]:
    with database.connection_context():
        runner = Runner(database.obj, str(MIGRATIONS))
        return [m.name for m in runner.status() if m.path and not m.applied]


def locked(query: ModelSelect) -> ModelSelect:
    """``query`` with its rows locked until the transaction ends; SQLite has locked the file already."""
    return query if is_sqlite() else query.for_update()


def one_of(column: Any, keys: Iterable[int]) -> Expression:
    """``column`` is one of these ids of ours, written out: thousands of parameters cost more than the query.

    In parts below 1,000, which MariaDB would turn into a subquery and, in an UPDATE, look up row by row.
    """
    return reduce(or_, one_ofs(column, list(keys)) or [Expression(column, OP.IN, written_out([]))])


def one_ofs(column: Any, ids: list[int]) -> list[Expression]:
    """The same as a condition for each part of the ids, for a query each: none when there are no ids."""
    parts = (ids[at : at + 900] for at in range(0, len(ids), 900))
    return [Expression(column, OP.IN, written_out(part)) for part in parts]


def written_out(ids: Iterable[int]) -> SQL:
    return SQL(f"({','.join(map(str, ids)) or 'NULL'})")


def ids_of(query: ModelSelect, most: int) -> list[int]:
    """The first ``most`` ids that a query selects, fetched as one text: a driver is slow over many rows."""
    some = query.limit(most).alias("some")
    column = getattr(some.c, query._returning[0].column_name)
    whole = Select([some], [fn.COUNT(SQL("1")), fn.GROUP_CONCAT(column)]).bind(database)
    count, text = whole.tuples().first()
    ids = list(map(int, text.split(","))) if text else []
    if len(ids) < count:  # MySQL cuts a long text off
        return [key for (key,) in query.limit(most).tuples()]
    return ids


@dataclass(frozen=True, slots=True)
class _Place:
    at: int


class Kept:
    """A query that is written once and asked again with other values.

    Peewee takes longer to write a small query than the database to answer it; what every page asks is kept.
    ``build`` makes the query from a place for each value.
    """

    def __init__(self, build: Callable[..., ModelSelect]) -> None:
        self._build = build
        self._written: dict[type, tuple[ModelSelect, str, list[Any]]] = {}  # by kind of database

    def __call__(self, *values: Any) -> list[Any]:
        """The rows; values go to the driver as they are."""
        kind = type(database.obj)
        if kind not in self._written:
            query = self._build(*(Value(_Place(at), converter=False) for at in range(len(values))))
            self._written[kind] = (query, *query.sql())
        query, sql, parameters = self._written[kind]
        given = [values[each.at] if isinstance(each, _Place) else each for each in parameters]
        return list(query._get_cursor_wrapper(database.execute_sql(sql, given)))


def insert_ignoring_repeats(model: type[Model], **values: Any) -> bool:
    """Insert a row unless a unique key is taken; returns whether a row was written."""
    return model.insert(**values).on_conflict_ignore().as_rowcount().execute() == 1


def insert_rows(
    model: type[Model],
    fields: Iterable[Field],
    rows: list[tuple[Any, ...]],
    *,
    ignoring_repeats: bool = False,
) -> None:
    """Insert by the driver itself, a value for each field: Peewee takes eight times as long."""
    opening, closing = database.quote
    names = [f"{opening}{field.column_name}{closing}" for field in fields]
    ignore = ("OR IGNORE" if is_sqlite() else "IGNORE") if ignoring_repeats else ""
    places = ", ".join([database.param] * len(names))
    into = f"{opening}{model._meta.table_name}{closing} ({', '.join(names)})"
    database.cursor().executemany(f"INSERT {ignore} INTO {into} VALUES ({places})", rows)  # noqa: S608 - our names


def add_up(model: type[Model], key: dict[str, Any], amounts: dict[str, int]) -> None:
    """Add the amounts to the row with this unique key, made when missing; of two at once both count."""
    target = {"conflict_target": [getattr(model, name) for name in key]} if is_sqlite() else {}
    sums = {name: getattr(model, name) + amount for name, amount in amounts.items()}
    model.insert(**key, **amounts).on_conflict(update=sums, **target).execute()


def JSONField(**options: Any) -> PeeweeJSONField:
    """JSON kept with its Chinese readable, so that both databases can compare inside it."""
    return PeeweeJSONField(dumps=partial(json.dumps, ensure_ascii=False), **options)


class BaseModel(Model):
    id = AutoField()

    class Meta:
        database = database
        legacy_table_names = False

    @classmethod
    def locked_by_id(cls, key: int) -> Self:
        """The record, locked for this transaction; raises DoesNotExist."""
        return locked(cls.select().where(cls.id == key)).get()


class VersionedModel(BaseModel):
    """A record that people edit: each save names the version it was made from."""

    version = IntegerField(default=1)
    created_at = DateTimeField()
    updated_at = DateTimeField()

    def claim_version(self, seen: int, **changes: Any) -> None:
        """Write ``changes`` and the next version; raises StaleVersion when ``seen`` is not the latest."""
        model = type(self)
        written = (
            model.update(version=seen + 1, **changes)
            .where((model.id == self.id) & (model.version == seen))
            .execute()
        )
        if not written:
            raise StaleVersion()
        self.version = seen + 1
        for name, value in changes.items():
            setattr(self, name, value)
