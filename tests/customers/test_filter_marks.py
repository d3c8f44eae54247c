"""Every place that writes what the list is filtered by is known, with what tells the filter sets."""

import ast
from pathlib import Path

import intranet_crm

PACKAGE = Path(intranet_crm.__file__).parent
TABLES = {"Customer", "CustomerTag", "Need", "NeedTagging"}
IN_CLASS = dict.fromkeys(("customers/models.py", "customers/status_verbs.py", "needs/models.py"), "cls")
WRITES = {"create", "insert", "insert_many", "insert_from", "update", "delete", "claim_version"}
# (file, function): what tells the filter sets. TimelineEntry.note marks its customer.
KNOWN = {
    ("customers/models.py", "open"): "note",
    ("customers/models.py", "revise"): "note",
    ("customers/status_verbs.py", "change_status"): "note",
    ("customers/models.py", "followed_up"): "mark",
    ("customers/models.py", "note"): "mark",
    ("customers/grading.py", "set_grade"): "note",
    ("customers/bulk_columns.py", "_set"): "refresh",
    ("customers/bulk_tags.py", "insert"): "refresh, by those who call it",
    ("customers/bulk_tags.py", "take_off"): "refresh",
    ("customers/tags.py", "put_on"): "note, in _moved",
    ("customers/tags.py", "take_off"): "note, in _moved",
    ("customers/tag_batches.py", "apply"): "refresh",
    ("customers/tag_batches.py", "apply_back"): "refresh",
    ("customers/owners.py", "make"): "note",
    ("customers/deletions.py", "_write"): "note, by those who call it",
    ("needs/models.py", "record"): "note, in _tell",
    ("needs/models.py", "revise"): "note, in _tell",
    ("needs/models.py", "respond"): "nothing, the list is not filtered by it",
    ("needs/models.py", "keep_progress"): "nothing, the list is not filtered by it",
    ("needs/tags.py", "put_on"): "note, in _tell",
    ("needs/tags.py", "take_off"): "note, in _tell",
    ("needs/tags.py", "merge_into"): "mark",
    ("followups/promises.py", "_remember"): "mark",
}


def writing_places() -> set[tuple[str, str]]:
    found = set()
    for path in PACKAGE.rglob("*.py"):
        name = path.relative_to(PACKAGE)
        if name.parts[0] in ("migrations", "seeding", "benchmark"):
            continue
        words = {*TABLES, IN_CLASS.get(str(name))}
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef) and any(writes(n, words) for n in ast.walk(function)):
                found.add((str(name), function.name))
    return found


def writes(node: ast.AST, words: set[str]) -> bool:
    """Customer.update(…), self.claim_version(…) in such a class, insert_ignoring_repeats(CustomerTag, …)."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
        table = node.func.value.id
        return node.func.attr in WRITES and (table in words or ("cls" in words and table == "self"))
    if isinstance(node.func, ast.Name) and node.func.id.startswith("insert_"):
        return any(isinstance(each, ast.Name) and each.id in words for each in node.args)
    return False


def test_every_place_that_writes_a_filtered_table_is_known():
    told = "mark the customers there (filter_sets.mark), and name the place here"
    assert writing_places() - set(KNOWN) == set(), told
    assert set(KNOWN) - writing_places() == set(), "nothing is written there any more"
