"""The house's own rules: who imports whom, every route marked, every template sound."""

import ast
import re
from pathlib import Path

import pytest

import intranet_crm
from intranet_crm import FEATURES

PACKAGE = Path(intranet_crm.__file__).parent
TEMPLATES = PACKAGE / "templates"
# Rooms that put everything together, or that every page needs: they may look into the features.
COMPOSERS = {"__init__", "cli", "serving", "navigation", "health", "seeding", "verification", "bench"}
LENT = {"models", "queries", "rules"}  # what a feature lends to those on its right


def imports_of(path: Path) -> set[tuple[str, str]]:
    """(feature, module) of every import of ours."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "intranet_crm" and len(parts) > 2 and parts[1] in FEATURES:
                found.add((parts[1], parts[2]))
    return found


def python_files() -> list[Path]:
    return [path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts]


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_imports_only_from_its_left(feature):
    left = FEATURES[: FEATURES.index(feature) + 1]
    for path in (PACKAGE / feature).rglob("*.py"):
        for other, _ in imports_of(path):
            assert other in left, f"{path.name} imports {other}, which stands on its right"


def test_root_rooms_import_no_feature():
    for path in PACKAGE.glob("*.py"):
        if path.stem not in COMPOSERS:
            assert not imports_of(path), f"{path.name} looks into a feature"


def test_rules_know_neither_flask_nor_peewee():
    for path in PACKAGE.glob("*/rules.py"):
        words = re.findall(r"^(?:from|import) (\w+)", path.read_text(), re.M)
        assert not {"flask", "peewee", "wtforms"} & set(words), path


def test_only_pdf_imports_weasyprint():
    users = [path.name for path in python_files() if re.search(r"(from|import) weasyprint", path.read_text())]
    assert users == ["pdf.py"]


def test_no_python_file_grows_past_comfort():
    long = {path.name: n for path in python_files() if (n := len(path.read_text().splitlines())) > 300}
    assert long == {}


def test_every_route_says_who_may(app):
    unmarked = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint != "static" and not hasattr(view, "access")
    ]
    assert unmarked == []


def test_public_is_what_must_be(app):
    public = {e for e, view in app.view_functions.items() if getattr(view, "access", "") == "public"}
    assert public == {"accounts.sign_in", "healthz"}


def test_only_reads_answer_get(app):
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and not rule.rule.startswith("/static"):
            last = rule.rule.rstrip("/").rsplit("/", 1)[-1]
            assert last not in {"delete", "removal", "submission", "withdrawal", "completion", "logout"}


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda p: str(p.relative_to(TEMPLATES))
)
def test_every_template_compiles_and_keeps_the_content_policy(whole_app, path):
    name = str(path.relative_to(TEMPLATES))
    whole_app.jinja_env.get_template(name)
    text = path.read_text()
    printed = "/sheet/" in name or "/print" in name  # made into a PDF, never sent to a browser
    if not printed:
        assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\bsrc=)|hx-on|[\"']js:", text), name
    assert "|safe" not in text, name
    limit = 60 if path.name.startswith("_") else 150
    assert len(text.splitlines()) <= limit or "macros/" in name or printed, f"{name} is long"


def test_people_are_addressed_in_one_way():
    texts = [path for path in [*python_files(), *TEMPLATES.rglob("*.html")] if "您" in path.read_text()]
    assert texts == []


@pytest.mark.parametrize(
    ("username", "address"),
    [
        ("chenjing", "/customers"),
        ("chenjing", "/followups"),
        ("chenjing", "/service-issues"),
        ("chenjing", "/intake"),
        ("xujing", "/archive"),
        ("auditor", "/audit"),
    ],
)
def test_a_filtered_list_answers_htmx_with_the_list_alone(sign_in, username, address):
    browser = sign_in(username)
    assert "<html" in browser.get(address).text
    assert "<html" not in browser.get(address, headers={"HX-Request": "true"}).text
    history = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in browser.get(address, headers=history).text
