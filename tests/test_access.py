"""Every route × every role: who may come in at all. What they then see is each feature's own test.

A route without a row here fails. Records are asked for by a number that does not exist: 403 means "not your
role", anything else that the door is open.
"""

import re

import pytest

from intranet_crm.accounts.rules import Role

ONE_OF_EACH = {
    Role.SALES: "chenjing",
    Role.SUCCESS: "huangli",
    Role.SERVICE: "hetao",
    Role.ANALYST: "tangjia",
    Role.SUPERVISOR: "liqiang",
    Role.HEAD: "zhoufang",
    Role.ARCHIVIST: "xujing",
    Role.ADMIN: "admin",
    Role.AUDITOR: "auditor",
}
EVERYBODY = set(Role)
COLLECTORS = {Role.SALES, Role.SUCCESS, Role.SUPERVISOR, Role.HEAD}
READERS = {*COLLECTORS, Role.SERVICE, Role.ADMIN}  # of customers
WRITERS = {Role.SALES, Role.SUCCESS, Role.SUPERVISOR, Role.ADMIN}
ISSUE_RECORDERS = {*WRITERS, Role.SERVICE}
ADMIN, HEAD = {Role.ADMIN}, {Role.HEAD}
FORM_READERS = {*COLLECTORS, Role.ADMIN}  # of intake forms, which show contact details in full
URGERS = {Role.SUPERVISOR, Role.HEAD}
BULK_WORKERS = {*COLLECTORS, Role.ADMIN}
SHEET_READERS = {*COLLECTORS, Role.ARCHIVIST}

# "METHOD address": who may enter
TABLE = {
    "GET /": EVERYBODY,
    "GET,POST /account": EVERYBODY,
    "GET,POST /account/mail": EVERYBODY,
    "GET,POST /account/deputies": HEAD,
    "POST /account/deputies/<int:key>/end": {*HEAD, *ADMIN},
    "GET,POST /account/deputies/<int:key>": {*HEAD, *ADMIN},
    "GET /admin": ADMIN,
    "GET /admin/channels": ADMIN,
    "GET /admin/channels/state": ADMIN,
    "POST /admin/channels/<name>/tests": ADMIN,
    "POST /admin/channels/messages/<int:key>/retries": ADMIN,
    "GET /admin/departments": ADMIN,
    "GET,POST /admin/departments/<int:key>": ADMIN,
    "GET,POST /admin/departments/new": ADMIN,
    "GET,POST /admin/deputies": ADMIN,
    "GET,POST /admin/reviews": ADMIN,
    "GET /admin/calendar": ADMIN,
    "GET,POST /admin/calendar/<int:year>": ADMIN,
    "GET /admin/outlines": ADMIN,
    "GET,POST /admin/outlines/<situation>": ADMIN,
    "GET /intake/outlines": COLLECTORS,
    "GET /intake/outlines/<situation>": COLLECTORS,
    "GET,POST /admin/grades": ADMIN,
    "GET,POST /admin/grades/strategies/<grade>": ADMIN,
    "GET,POST /admin/people/<int:key>": ADMIN,
    "POST /admin/people/<int:key>/password": ADMIN,
    "POST /admin/people/<int:key>/reinstatement": ADMIN,
    "POST /admin/people/<int:key>/suspension": ADMIN,
    "GET,POST /admin/people/new": ADMIN,
    "GET /archive": {*SHEET_READERS, Role.AUDITOR},
    "GET /archive/<int:record_id>": SHEET_READERS,
    "GET /archive/<int:record_id>/attachments/<int:attachment_id>": SHEET_READERS,
    "GET /archive/<int:record_id>/data.json": SHEET_READERS,
    "POST /archive/<int:record_id>/filing": SHEET_READERS,
    "GET /archive/<int:record_id>/sheet.pdf": SHEET_READERS,
    "GET /archive/<int:record_id>/submissions/<int:number>.pdf": SHEET_READERS,
    "GET /archive/<int:record_id>/paper": SHEET_READERS,
    "GET /archive/<int:record_id>/signed.pdf": SHEET_READERS,
    "GET /archive/<int:record_id>/signatures": SHEET_READERS,
    "GET,POST /account/signature": EVERYBODY,
    "POST /account/signature/revocation": EVERYBODY,
    "GET /admin/signatures": ADMIN,
    "POST /admin/signatures/<int:key>/revocation": ADMIN,
    "POST /admin/signatures/departments/<int:key>": ADMIN,
    "GET /signatures/ca.pem": EVERYBODY,
    "GET /signatures/revoked.crl": EVERYBODY,
    "GET,POST /intake/<int:form_id>/signature": COLLECTORS,
    "GET /intake/<int:form_id>/signing": COLLECTORS,
    "GET /archive/<int:record_id>/keeping": SHEET_READERS,
    "POST /archive/<int:record_id>/box": SHEET_READERS,
    "POST /archive/<int:record_id>/holds": SHEET_READERS,
    "POST /archive/<int:record_id>/holds/<int:key>/lifting": SHEET_READERS,
    "POST /archive/<int:record_id>/loans": SHEET_READERS,
    "POST /archive/<int:record_id>/term": SHEET_READERS,
    "GET,POST /archive/boxes": SHEET_READERS,
    "GET,POST /archive/boxes/<int:key>": SHEET_READERS,
    "GET /archive/boxes/<int:key>/catalogue.pdf": SHEET_READERS,
    "GET /archive/boxes/spines.pdf": SHEET_READERS,
    "GET /archive/disposals": SHEET_READERS,
    "POST /archive/disposals": SHEET_READERS,
    "GET,POST /archive/disposals/<int:key>": SHEET_READERS,
    "GET /archive/disposals/<int:key>/certificate.pdf": SHEET_READERS,
    "GET /archive/loans": EVERYBODY,
    "POST /archive/loans/<int:key>/return": SHEET_READERS,
    "GET /archive/retention": SHEET_READERS,
    "GET,POST /archive/<int:record_id>/checks": SHEET_READERS,
    "POST /archive/<int:record_id>/package": SHEET_READERS,
    "GET /archive/checks": {*SHEET_READERS, Role.AUDITOR},
    "GET,POST /archive/checks/<month>": {*SHEET_READERS, Role.AUDITOR},
    "GET,POST /archive/packages": SHEET_READERS,
    "GET /archive/packages/<int:key>": SHEET_READERS,
    "GET /archive/packages/<int:key>.zip": SHEET_READERS,
    "GET /archive/packages/<int:key>/progress": SHEET_READERS,
    "GET /audit": {Role.AUDITOR},
    "POST /audit/checks": {Role.AUDITOR},
    "GET /collections": {*COLLECTORS, Role.ADMIN},
    "GET,POST /collections/new": {*URGERS, Role.ADMIN},
    "GET /collections/<int:key>": {*COLLECTORS, Role.ADMIN},
    "POST /collections/<int:key>/form": COLLECTORS,
    "GET,POST /collections/<int:key>/change": {*COLLECTORS, Role.ADMIN},
    "GET,POST /collections/<int:key>/cancellation": {*COLLECTORS, Role.ADMIN},
    "GET /customers": READERS,
    "GET /customers/<int:key>": READERS,
    "GET /customers/<int:customer_id>/attachments": READERS,
    "POST /customers/<int:customer_id>/attachments": WRITERS,
    "GET /customers/<int:customer_id>/attachments/<int:attachment_id>": READERS,
    "POST /customers/<int:customer_id>/attachments/<int:attachment_id>/removal": WRITERS,
    "GET /customers/<int:customer_id>/contacts": READERS,
    "POST /customers/<int:customer_id>/contacts": WRITERS,
    "GET,POST /customers/<int:customer_id>/contacts/<int:contact_id>": WRITERS,
    "GET,POST /customers/<int:customer_id>/contacts/<int:contact_id>/departure": WRITERS,
    "POST /customers/<int:customer_id>/contacts/<int:contact_id>/reinstatement": WRITERS,
    "GET /customers/<int:customer_id>/contacts/new": WRITERS,
    "POST /customers/<int:key>/citizen-id/readings": HEAD,
    "GET,POST /customers/<int:key>/edit": WRITERS,
    "GET /customers/<int:key>/followups": READERS,
    "POST /customers/<int:key>/followups": WRITERS,
    "GET /customers/<int:key>/followups/row": WRITERS,
    "GET /customers/<int:key>/grade": READERS,
    "GET /customers/<int:key>/visits": READERS,
    "POST /customers/<int:key>/grade": WRITERS,
    "GET /customers/<int:customer_id>/intake": READERS,
    "GET /customers/<int:customer_id>/needs": READERS,
    "GET /customers/<int:customer_id>/needs/changes": READERS,
    "GET,POST /customers/<int:customer_id>/needs/new": WRITERS,
    "GET /customers/<int:key>/service-issues": READERS,
    "POST /customers/<int:key>/service-issues": ISSUE_RECORDERS,
    "GET /customers/<int:key>/service-issues/new": ISSUE_RECORDERS,
    "GET /customers/<int:key>/core-needs": READERS,
    "GET /customers/<int:key>/dossier.pdf": READERS,
    "GET,POST /customers/<int:key>/booklets/new": READERS,
    "GET /customers/<int:key>/booklets/<int:booklet_id>": READERS,
    "GET /customers/<int:key>/booklets/<int:booklet_id>/progress": READERS,
    "GET /customers/<int:key>/booklets/<int:booklet_id>.pdf": READERS,
    "GET /customers/<int:customer_id>/org-chart": READERS,
    "POST /customers/<int:customer_id>/attachments/<int:attachment_id>/org-chart": WRITERS,
    "POST /customers/<int:key>/sections/<section>/verification": WRITERS,
    "GET /customers/<int:key>/sheets": SHEET_READERS,
    "GET /customers/<int:key>/summary": READERS,
    "GET /customers/stale": READERS,
    "GET,POST /customers/<int:key>/status": WRITERS,
    "GET /customers/<int:key>/timeline": READERS,
    "GET /customers/credit-code": WRITERS,
    "GET /customers/<int:key>/ownership": READERS,
    "POST /customers/<int:key>/collaborators": BULK_WORKERS,
    "GET /customers/<int:key>/collaborators/new": BULK_WORKERS,
    "GET,POST /customers/<int:key>/collaborators/<int:person_id>": BULK_WORKERS,
    "POST /customers/<int:key>/collaborators/<int:person_id>/removal": BULK_WORKERS,
    "GET,POST /customers/<int:key>/owner": {Role.SUPERVISOR, Role.HEAD, Role.ADMIN},
    "GET /customers/deleted": ADMIN,
    "POST /customers/deleted/matches": WRITERS,
    "GET,POST /customers/<int:key>/deletion": ADMIN,
    "POST /customers/<int:key>/restoration": ADMIN,
    "POST /customers/<int:key>/restoration-requests": WRITERS,
    "GET,POST /customers/new": WRITERS,
    "GET /customers/size": WRITERS,
    "GET /followups": READERS,
    "GET /followups/<int:key>": READERS,
    "GET /followups/late": READERS,
    "GET /followups/late/records": READERS,
    "GET /followups/<int:key>/attachments/<int:file_id>": READERS,
    "POST /followups/<int:key>/attachments/<int:file_id>/removal": WRITERS,
    "GET,POST /followups/<int:key>/edit": WRITERS,
    "GET /followups/new": WRITERS,
    "GET /intake": FORM_READERS,
    "POST /intake": COLLECTORS,
    "GET /intake/<int:form_id>": FORM_READERS,
    "POST /intake/<int:form_id>": COLLECTORS,
    "GET /intake/<int:form_id>/attachments/<int:attachment_id>": FORM_READERS,
    "POST /intake/<int:form_id>/attachments/<int:attachment_id>/removal": COLLECTORS,
    "POST /intake/<int:form_id>/draft": COLLECTORS,
    "GET /intake/<int:form_id>/edit": COLLECTORS,
    "GET /intake/<int:form_id>/versions/new": COLLECTORS,
    "POST /intake/<int:form_id>/versions": COLLECTORS,
    "POST /intake/<int:form_id>/adoption": COLLECTORS,
    "GET /intake/<int:form_id>/entry": FORM_READERS,
    "POST /intake/<int:form_id>/entry": FORM_READERS,
    "POST /intake/<int:form_id>/submission": COLLECTORS,
    "GET /intake/<int:form_id>/submissions/<int:number>/document.pdf": FORM_READERS,
    "POST /intake/<int:form_id>/discard": COLLECTORS,
    "POST /intake/<int:form_id>/withdrawal": COLLECTORS,
    "POST /intake/<int:form_id>/urge": COLLECTORS,
    "POST /intake/attachments": COLLECTORS,
    "GET /customers/<int:key>/tags": WRITERS,
    "POST /customers/<int:key>/tags": WRITERS,
    "POST /customers/<int:key>/tags/<int:tag_key>/removal": WRITERS,
    "GET,POST /admin/need-tags": ADMIN,
    "GET,POST /admin/need-tags/<int:key>": ADMIN,
    "POST /admin/need-tags/<int:key>/retirement": ADMIN,
    "POST /admin/need-tags/<int:key>/reinstatement": ADMIN,
    "POST /admin/need-tags/<int:key>/merger": ADMIN,
    "GET,POST /admin/tags": ADMIN,
    "GET,POST /admin/tags/<int:key>": ADMIN,
    "POST /admin/tags/<int:key>/retirement": ADMIN,
    "POST /admin/tags/<int:key>/reinstatement": ADMIN,
    "GET /admin/tags/<int:key>/merger": ADMIN,
    "POST /admin/tags/<int:key>/merger": ADMIN,
    "POST /admin/tags/<int:key>/clearance": ADMIN,
    "GET /customers/views": READERS,
    "GET,POST /customers/views/new": READERS,
    "GET /customers/views/columns": READERS,
    "POST /customers/views/columns": READERS,
    "GET,POST /customers/views/<int:key>": READERS,
    "POST /customers/views/<int:key>/removal": READERS,
    "POST /customers/views/<int:key>/pin": READERS,
    "POST /customers/views/<int:key>/unpin": READERS,
    "POST /customers/views/<int:key>/place": READERS,
    "GET /customers/bulk": BULK_WORKERS,
    "POST /customers/bulk": BULK_WORKERS,
    "GET /customers/bulk/skipped": BULK_WORKERS,
    "GET /customers/<int:key>/row": WRITERS,
    "GET,POST /customers/<int:key>/row/<what>": WRITERS,
    "GET /batches": BULK_WORKERS,
    "GET /batches/<int:key>": BULK_WORKERS,
    "GET /batches/<int:key>/progress": BULK_WORKERS,
    "POST /batches/<int:key>/undo": BULK_WORKERS,
    "POST /batches/<int:key>/stop": BULK_WORKERS,
    "POST /batches/<int:key>/resumption": BULK_WORKERS,
    "GET /intake/blank.pdf": COLLECTORS,
    "GET /intake/blanks/<name>.pdf": COLLECTORS,
    "POST /intake/draft": COLLECTORS,
    "GET /intake/new": COLLECTORS,
    "POST /intake/parts/<part>": COLLECTORS,
    "POST /logout": EVERYBODY,
    "GET /needs/<int:need_id>": READERS,
    "GET /needs/<int:need_id>/attachments": READERS,
    "POST /needs/<int:need_id>/attachments": WRITERS,
    "GET /needs/<int:need_id>/attachments/<int:attachment_id>": READERS,
    "POST /needs/<int:need_id>/attachments/<int:attachment_id>/removal": WRITERS,
    "GET /needs/<int:need_id>/changes/<int:key>": WRITERS,
    "GET,POST /needs/<int:need_id>/changes/<int:key>/response": WRITERS,
    "GET,POST /needs/<int:need_id>/edit": WRITERS,
    "GET /needs/<int:need_id>/tags": WRITERS,
    "POST /needs/<int:need_id>/tags": WRITERS,
    "POST /needs/<int:need_id>/tags/<int:key>/removal": WRITERS,
    "GET /notices": EVERYBODY,
    "POST /notices/<int:key>/reading": EVERYBODY,
    "POST /notices/readings": EVERYBODY,
    "GET /reference/industries": EVERYBODY,
    "GET /reference/regions": EVERYBODY,
    "GET /reviews": HEAD,
    "GET /reviews/batch": HEAD,
    "POST /reviews/batch": HEAD,
    "GET /reviews/phrases": HEAD,
    "POST /reviews/phrases": HEAD,
    "POST /reviews/phrases/<int:key>/removal": HEAD,
    "GET /reviews/<int:form_id>": HEAD,
    "POST /reviews/<int:form_id>": HEAD,
    "POST /reviews/<int:form_id>/takeover": HEAD,
    "POST /reviews/<int:form_id>/draft": HEAD,
    "GET /reviews/<int:form_id>/document": HEAD,
    "GET /reviews/<int:form_id>/rounds/<int:round>.pdf": HEAD,
    "GET /prints": SHEET_READERS,
    "GET /prints/<int:key>": SHEET_READERS,
    "GET /prints/<int:key>.pdf": SHEET_READERS,
    "GET /prints/<int:key>/progress": SHEET_READERS,
    "GET,POST /prints/new": SHEET_READERS,
    "GET /prints/outstanding": SHEET_READERS,
    "GET /scans": SHEET_READERS,
    "POST /scans": SHEET_READERS,
    "GET /scans/<int:key>": SHEET_READERS,
    "GET /scans/<int:key>/progress": SHEET_READERS,
    "GET /scans/pages/<int:key>.jpg": SHEET_READERS,
    "POST /scans/pages/<int:key>/filing": SHEET_READERS,
    "POST /scans/pages/<int:key>/setting-aside": SHEET_READERS,
    "POST /scans/pages/<int:key>/taking-out": SHEET_READERS,
    "POST /scans/pages/<int:key>/turning": SHEET_READERS,
    "GET /scans/tray": SHEET_READERS,
    "GET /search": {*READERS, *SHEET_READERS},
    "GET /search/suggestions": {*READERS, *SHEET_READERS},
    "GET /service-issues": READERS,
    "GET /service-issues/<int:key>": READERS,
    "GET,POST /service-issues/<int:key>/edit": ISSUE_RECORDERS,
    "GET,POST /service-issues/<int:key>/reopening": ISSUE_RECORDERS,
    "GET,POST /service-issues/<int:key>/reply": ISSUE_RECORDERS,
    "GET,POST /service-issues/<int:key>/solution": ISSUE_RECORDERS,
    "GET /tasks": EVERYBODY,
    "GET /tasks/<int:key>": EVERYBODY,
    "GET /tasks/<int:key>/followup": EVERYBODY,
    "POST /tasks/<int:key>/completion": EVERYBODY,
    "GET,POST /tasks/<int:key>/handover": EVERYBODY,
    "GET,POST /tasks/<int:key>/postponement": EVERYBODY,
    "POST /tasks/<int:key>/urges": URGERS,
    "GET /tasks/team": URGERS,
    "GET /tasks/team/<int:key>": URGERS,
    "POST /tasks/team/<int:key>/urges": URGERS,
}
PUBLIC = {"GET,POST /login", "GET /healthz", "GET /static/<path:filename>"}


def routes(app) -> dict[str, object]:
    return {
        f"{','.join(sorted(rule.methods - {'HEAD', 'OPTIONS'}))} {rule.rule}": rule
        for rule in app.url_map.iter_rules()
    }


def test_every_route_has_its_row(app):
    known = routes(app)
    assert sorted(set(known) - set(TABLE) - PUBLIC) == [], "routes without a row"
    assert sorted(set(TABLE) - set(known)) == [], "rows without a route"


@pytest.fixture
def browsers(sign_in):
    return {role: sign_in(username) for role, username in ONE_OF_EACH.items()}


@pytest.mark.parametrize("row", TABLE)
def test_the_door_opens_for_these_roles_only(app, browsers, row):
    methods, rule = row.split(" ", 1)
    address = re.sub(r"<int:\w+>", "999999", rule)
    address = re.sub(r"<[\w:]+>", "x", address)
    for method in methods.split(","):
        may = {role for role, it in browsers.items() if it.open(address, method=method).status_code != 403}
        if rule == "/logout":
            continue
        assert may == TABLE[row], f"{method} {address}"


@pytest.mark.parametrize("row", TABLE)
def test_a_stranger_is_sent_to_sign_in(client, people, row):
    methods, rule = row.split(" ", 1)
    address = re.sub(r"<[\w:]+>", "1", rule)
    answer = client.open(address, method=methods.split(",")[-1])
    assert answer.status_code in (302, 401)
    assert "登录" in answer.text or "/login" in answer.location
