"""What the machine itself takes: an empty Flask view and twenty rows from a template."""

from flask import Flask, render_template
from jinja2 import DictLoader

from intranet_crm.benchmark.timing import Timing, timed
from intranet_crm.benchmark.visitors import TIMES, Visitors

TWENTY_ROWS = """<!doctype html><html lang="zh-CN"><head><title>{{ title }}</title></head><body><table><tbody>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table></body></html>"""


def measured(_visitors: Visitors) -> dict[str, Timing]:
    """Timings without a database."""
    bare = Flask("bare")
    bare.jinja_loader = DictLoader({"rows.html": TWENTY_ROWS})
    rows = [[f"客户{row}", "C34 通用设备制造业", "陈静", "2026-11-20"] * 2 for row in range(20)]
    bare.add_url_rule("/", "empty", lambda: "ok")
    bare.add_url_rule("/rows", "rows", lambda: render_template("rows.html", title="客户", rows=rows))
    client = bare.test_client()
    return {
        "empty Flask view": timed(lambda _: client.get("/"), TIMES),
        "20-row template": timed(lambda _: client.get("/rows"), TIMES),
    }
