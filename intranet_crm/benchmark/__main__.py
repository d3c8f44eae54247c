"""The command: ``scripts/bench [file.json] [--customers N] [--database sqlite|mysql]``."""

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
from intranet_crm.benchmark import sheets
from intranet_crm.benchmark.pages import Pages, baselines
from intranet_crm.config import load_settings
from intranet_crm.database import database, migrate

SERVER = (os.environ.get("CRM_TEST_MYSQL") or "mysql://root@127.0.0.1:3306/").rstrip("/")
SIZES = (1_000, 100_000)
FOLLOWUPS_EACH = 5


def main() -> int:
    """Measures, prints the table, writes the file; 1 when there is nothing to measure on."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description="测量页面与归档表的速度")
    parser.add_argument("file", nargs="?", type=Path, help="结果写入这个 JSON 文件")
    parser.add_argument("--customers", type=int, action="append", help="客户数，可重复；默认 1000 和 100000")
    parser.add_argument("--database", choices=("sqlite", "mysql"), help="只测一种数据库")
    chosen = parser.parse_args()
    engines = [chosen.database] if chosen.database else ["sqlite", "mysql"]
    if "mysql" in engines and not _server_answers():
        print(
            f"没有可用的 MariaDB（{urlsplit(SERVER).hostname}），不测它；可用 CRM_TEST_MYSQL 指定。",
            file=sys.stderr,
        )
        engines.remove("mysql")
    if not engines:
        return 1
    runs, drawn = [], None
    for engine, size in product(engines, chosen.customers or SIZES):
        with _seeded(engine, size) as run:
            runs.append(run | {"baselines": baselines(), "pages": Pages(run.pop("app")).measured()})
            drawn = drawn or sheets.measured()
    result = {"machine": _machine(), "runs": runs, "sheets": drawn}
    print(_table(runs))
    print("归档表：每份 {one_sheet_s} 秒；{processes} 个渲染进程每分钟 {sheets_a_minute} 份".format(**drawn))
    if chosen.file:
        chosen.file.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n")
        print(f"已写入 {chosen.file}")
    return 0


@contextmanager
def _seeded(engine: str, customers: int) -> Iterator[dict[str, Any]]:
    """The application over so many customers, and what is known of the run."""
    followups = customers * FOLLOWUPS_EACH
    print(f"{engine}：{customers} 位客户、{followups} 条跟进", flush=True)
    with tempfile.TemporaryDirectory(prefix="crm-bench-") as folder, _database(engine, folder) as url:
        app = create_app(load_settings({"CRM_DATA": folder, "CRM_DATABASE": url}))
        migrate()
        began = time.monotonic()
        seeding.seed(customers, followups, 1)
        known = {"database": engine, "customers": customers, "followups": followups}
        yield known | {"seed_s": round(time.monotonic() - began), "load": os.getloadavg()[0], "app": app}
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


def _machine() -> dict[str, Any]:
    return {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}


def _table(runs: list[dict[str, Any]]) -> str:
    """A line for each page, two columns (median, 95th percentile in ms) for each run."""
    heads = [f"{run['database']} {run['customers']}" for run in runs]
    lines = [f"{'ms, median / 95th percentile':<30}" + "".join(f"{head:>18}" for head in heads)]
    for part in ("baselines", "pages"):
        for name in runs[0][part]:
            cells = (run[part][name] for run in runs)
            texts = (f"{cell['median_ms']:.1f} / {cell['p95_ms']:.1f}" for cell in cells)
            lines.append(f"{name:<30}" + "".join(f"{text:>18}" for text in texts))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
