"""A small demo company, made once for all tests of a file; its sheets hold their codes and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pytest
import segno
from flask import Flask
from PIL import Image

from intranet_crm import create_app, demo
from intranet_crm.accounts.models import Person, Session
from intranet_crm.archive import jobs as archive_jobs
from intranet_crm.config import Settings, load_settings
from intranet_crm.customers.models import Customer
from intranet_crm.database import database, migrate
from intranet_crm.demo.play import Play
from intranet_crm.intake import jobs as intake_jobs
from intranet_crm.intake.snapshot import digest, qr_payload
from tests import conftest as house


@dataclass
class Demo:
    app: Flask
    settings: Settings
    left_by_a_killed_attempt: int = 0

    def sign_in(self, username: str):
        client = self.app.test_client()
        session = Session.start(Person.get(Person.username == username), "127.0.0.1")
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = session.token, True
        return client


@pytest.fixture(scope="module")
def empty(whole_app, tmp_path_factory, worker_id) -> Iterator[Demo]:
    """An application over an empty database of its own; what other tests use comes back afterwards."""
    before = database.obj
    env = {"CRM_DATA": str(tmp_path_factory.mktemp("demo")), "CRM_DEMO_PASSWORD": "Shili-2026-ok"}
    if house.ENGINE == "mysql":
        name, server = f"crm_test_demo_{worker_id}", house._server()
        server.cursor().execute(f"DROP DATABASE IF EXISTS {name}")
        server.cursor().execute(f"CREATE DATABASE {name}")
        env["CRM_DATABASE"] = f"{house.SERVER}/{name}"
    settings = load_settings(env)
    app = create_app(settings, testing=True)
    app.config["WTF_CSRF_ENABLED"] = False
    migrate()
    app_database = database.obj
    yield Demo(app, settings)
    app_database.close_all()
    if house.ENGINE == "mysql":
        server.cursor().execute(f"DROP DATABASE {name}")
    database.initialize(before)


def _quick_sheet(text: str, *, kind: str, record: int, version: int, **_: object) -> bytes:
    """Two pages of A4 at 75 dpi with the codes that the real sheet has."""
    found = []
    for number in (1, 2):
        code, page = BytesIO(), Image.new("L", (620, 877), 255)
        segno.make(qr_payload(record, version, number, digest(text)), error="q").save(
            code, kind="png", scale=3
        )
        page.paste(Image.open(code).convert("L"), (505, 20))
        found.append(page)
    into = BytesIO()
    found[0].save(into, "PDF", save_all=True, append_images=found[1:], resolution=75)
    return into.getvalue()


def _killed(_play: Play, _until: object) -> None:
    raise KeyboardInterrupt


@pytest.fixture(scope="module")
def company(empty) -> Iterator[Demo]:
    """The demo with 60 customers and 240 follow-ups, after a first attempt that was killed half-way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Play, "run", _killed)
        with pytest.raises(KeyboardInterrupt):
            demo.prepare(empty.settings, customers=60, followups=240)
    with database.connection_context():
        empty.left_by_a_killed_attempt = Person.select().count() + Customer.select().count()
    with pytest.MonkeyPatch.context() as patch:
        for jobs in (intake_jobs, archive_jobs):
            patch.setattr(jobs, "sheet_pdf", _quick_sheet)
        assert demo.prepare(empty.settings, customers=60, followups=240)
    database.connect(reuse_if_open=True)
    yield empty
    database.close()
