"""The command: ``scripts/bench [file.json] [--customers N] [--database sqlite|mysql] [--data FOLDER]``."""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pymysql

from intranet_crm import create_app, seeding
from intranet_crm.benchmark import (
    baselines,
    bulk,
    memory,
    pages,
    paper,
    papers,
    records,
    searches,
    sheets,
    writes,
)
from intranet_crm.benchmark.visitors import Visitors
from intranet_crm.config import load_settings
from intranet_crm.customers.models import Customer
from intranet_crm.database import database, is_sqlite, migrate
from intranet_crm.followups.models import FollowUp

SERVER = (os.environ.get("CRM_TEST_MYSQL") or "mysql://root@127.0.0.1:3306/").rstrip("/")
SIZES = (1_000, 100_000)
FOLLOWUPS_EACH = 5
PARTS = {
    "baselines": baselines,
    "pages": pages,
    "searches": searches,
    "records": records,
    "papers": papers,
    "writes": writes,
    "bulk": bulk,
}
PAPER = "paper"  # a part with records of its own, whatever the number of customers
Run = dict[str, Any]


def main() -> int:
    """Measures, prints the table, writes the file; 1 when there is nothing to measure on."""
    parser = argparse.ArgumentParser(
        prog="bench", description="测速：页面、搜索、写入、内存、归档表、纸质件。"
    )
    parser.add_argument("file", nargs="?", type=Path, help="结果写入这个 JSON 文件")
    parser.add_argument("--customers", type=int, action="append", help="客户数，可重复；默认 1000 和 100000")
    parser.add_argument("--database", choices=("sqlite", "mysql"), help="只测一种数据库")
    parser.add_argument("--data", type=Path, help="测这个文件夹的数据库（或 CRM_DATABASE），不留改动")
    parser.add_argument("--only", choices=(*PARTS, PAPER), action="append", help="只测这一部分，可重复")
    chosen = parser.parse_args()
    parts = {name: part for name, part in PARTS.items() if not chosen.only or name in chosen.only}
    if chosen.data:
        result = {"machine": _machine(), "runs": [_existing(chosen.data, parts)]}
    else:
        engines = _engines(chosen.database)
        if not engines:
            return 1
        runs, drawn = [], None
        for engine, size in product(engines, (chosen.customers or SIZES) if parts else ()):
            with _seeded(engine, size) as (run, visitors):
                runs.append(run | _measured(visitors, parts))
                drawn = drawn or (None if chosen.only else sheets.measured())
        result = {"machine": _machine(), "runs": runs, "sheets": drawn}
        if not chosen.only or PAPER in chosen.only:
            result[PAPER] = {engine: _paper(engine) for engine in engines}
    for run in result["runs"]:
        print(_table(run))
    for engine, numbers in result.get(PAPER, {}).items():
        print(paper.table(engine, numbers))
    if drawn := result.get("sheets"):
        print("归档表：每份 {one_sheet_s} 秒；{processes} 个进程每分钟 {sheets_a_minute} 份".format(**drawn))
    if chosen.file:
        chosen.file.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n")
        print(f"已写入 {chosen.file}")
    return 0


def _engines(only: str | None) -> list[str]:
    engines = [only] if only else ["sqlite", "mysql"]
    if "mysql" in engines and not _server_answers():
        print(
            f"没有可用的 MariaDB（{urlsplit(SERVER).hostname}），不测它；可用 CRM_TEST_MYSQL 指定。",
            file=sys.stderr,
        )
        engines.remove("mysql")
    return engines


def _measured(visitors: Visitors, parts: dict[str, Any]) -> Run:
    """The timings of each part, and the memory when all parts are wanted."""
    run = {"load": os.getloadavg()[0]}
    for name, part in parts.items():
        run[name] = part.measured(visitors)
    if len(parts) == len(PARTS):
        run["memory_mb"] = memory.measured(visitors)
    return run


def _existing(folder: Path, parts: dict[str, Any]) -> Run:
    """The database of the folder or of CRM_DATABASE, which is left as it was found."""
    given = {"CRM_DATA": str(folder), "CRM_DATABASE": os.environ.get("CRM_DATABASE", "")}
    app = create_app(load_settings({name: value for name, value in given.items() if value}))
    known = {
        "database": "sqlite" if is_sqlite() else "mysql",
        "customers": Customer.select().count(),
        "followups": FollowUp.select().count(),
    }
    print("{database}：{customers} 位客户、{followups} 条跟进".format(**known), flush=True)
    return known | _measured(Visitors(app, only_reading=True), parts)


def _paper(engine: str) -> dict[str, Any]:
    """What paper takes, on a database and in a folder of its own."""
    print(f"{engine}：{paper.RECORDS} 份档案", flush=True)
    with tempfile.TemporaryDirectory(prefix="crm-bench-") as folder, _database(engine, folder) as url:
        create_app(load_settings({"CRM_DATA": folder, "CRM_DATABASE": url}))
        migrate()
        numbers = paper.measured()
        database.close_all()
    return numbers


@contextmanager
def _seeded(engine: str, customers: int) -> Iterator[tuple[Run, Visitors]]:
    """What is known of the run, and people over so many customers."""
    followups = customers * FOLLOWUPS_EACH
    print(f"{engine}：{customers} 位客户、{followups} 条跟进", flush=True)
    with tempfile.TemporaryDirectory(prefix="crm-bench-") as folder, _database(engine, folder) as url:
        app = create_app(load_settings({"CRM_DATA": folder, "CRM_DATABASE": url}))
        migrate()
        began = time.monotonic()
        seeding.seed(customers, followups, 1)
        known = {"database": engine, "customers": customers, "followups": followups}
        visitors = Visitors(app)
        papers.submit(visitors)
        yield known | {"seed_s": round(time.monotonic() - began)}, visitors
        database.close_all()


@contextmanager
def _database(engine: str, folder: str) -> Iterator[str]:
    """An empty database of this run's own, gone afterwards."""
    if engine == "sqlite":
        yield f"sqlite:///{folder}/crm.sqlite3"
        return
    name = f"crm_bench_{os.getpid()}"
    with _connected() as server, server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{SERVER}/{name}"
        finally:
            cursor.execute(f"DROP DATABASE {name}")


def _connected() -> pymysql.Connection:
    parts = urlsplit(SERVER)
    return pymysql.connect(
        host=parts.hostname, port=parts.port or 3306, user=parts.username, password=parts.password or ""
    )


def _server_answers() -> bool:
    try:
        _connected().close()
    except pymysql.err.OperationalError:
        return False
    return True


def _machine() -> Run:
    return {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}


def _table(run: Run) -> str:
    """A line for each page of a run: milliseconds and queries; then the memory."""
    columns = {"median": "median_ms", "95 %": "p95_ms", "CPU": "cpu_ms", "queries": "queries"}
    title = "{database}, {customers} customers (ms)".format(**run)
    lines = [f"{title:<42}" + "".join(f"{head:>9}" for head in columns)]
    for part in PARTS:
        for name, timing in run.get(part, {}).items():
            lines.append(f"{name:<42}" + "".join(f"{timing[key]:>9}" for key in columns.values()))
    if taken := run.get("memory_mb"):
        lines.append(f"memory over {memory.REQUESTS} requests, MB: {', '.join(map(str, taken))}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
