"""A database built once by the migrations and given fresh to each test; people by role; clients signed in.

``CRM_TEST_DATABASE=mysql`` runs the same tests on the server that ``CRM_TEST_MYSQL`` names.
"""

import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pymysql
import pytest

from intranet_crm import background, create_app, secrecy
from intranet_crm.accounts.models import Department, Person, Session
from intranet_crm.config import load_settings
from intranet_crm.customers import filter_reading
from intranet_crm.database import BaseModel, database, is_sqlite, migrate, open_database
from intranet_crm.files import store
from tests.cast import enrol_cast

ENGINE = os.environ.get("CRM_TEST_DATABASE", "sqlite")
SERVER = os.environ.get("CRM_TEST_MYSQL", "mysql://root@127.0.0.1:3306/").rstrip("/")


def _server() -> pymysql.Connection:
    parts = urlsplit(SERVER)
    return pymysql.connect(
        host=parts.hostname, port=parts.port or 3306, user=parts.username, password=parts.password or ""
    )


@pytest.fixture(scope="session")
def settings(tmp_path_factory, worker_id):
    data = tmp_path_factory.mktemp("data")
    env = {"CRM_DATA": str(data), "CRM_SECRET_KEY": "only-for-the-tests-0123456789"}
    name = f"crm_test_{worker_id}_{os.getpid()}"  # two runs at once keep apart
    if ENGINE == "mysql":
        server = _server()
        server.cursor().execute(f"DROP DATABASE IF EXISTS {name}")
        server.cursor().execute(f"CREATE DATABASE {name}")
        env["CRM_DATABASE"] = f"{SERVER}/{name}"
    yield load_settings(env)
    if ENGINE == "mysql":
        server.cursor().execute(f"DROP DATABASE {name}")
        server.close()


@pytest.fixture(scope="session")
def worker_id(request):
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def whole_app(settings):
    """The application over a migrated database that holds the cast and nothing else."""
    app = create_app(settings, testing=True)
    app.config["WTF_CSRF_ENABLED"] = False
    migrate()
    with database.connection_context():
        enrol_cast()
        app.base_rows = _rows()
    database.close_all() if hasattr(database.obj, "close_all") else None
    return app


def _tables() -> list[type[BaseModel]]:
    def leaves(model):
        for below in model.__subclasses__():
            yield below
            yield from leaves(below)

    return [
        model
        for model in leaves(BaseModel)
        if model.__module__.startswith("intranet_crm") and model._meta.name != "versionedmodel"
    ]


def _rows() -> dict:
    return {model: list(model.select().dicts()) for model in _tables() if model.select().exists()}


@pytest.fixture
def db(whole_app, settings, tmp_path):
    """A database of this test's own, connected."""
    if is_sqlite():
        base = Path(urlsplit(settings.database).path)
        own = tmp_path / "crm.sqlite3"
        shutil.copyfile(base, own)
        wal = base.with_name(base.name + "-wal")
        if wal.exists():
            shutil.copyfile(wal, own.with_name(own.name + "-wal"))
        database.initialize(open_database(f"sqlite:///{own}", durable=False))
    (tmp_path / "files").mkdir()
    store.keep_in(tmp_path / "files")
    secrecy.keep_in(settings.keys)
    filter_reading.forget()
    database.connect(reuse_if_open=True)
    yield database
    if not database.is_closed():
        while database.in_transaction():
            database.rollback()
            break
        database.close()
    if is_sqlite():
        database.obj.close_all()
    else:
        _put_back(whole_app.base_rows)


def _put_back(rows: dict) -> None:
    with database.connection_context():
        database.execute_sql("SET FOREIGN_KEY_CHECKS=0")
        for model in _tables():
            model.delete().execute()
        for model, found in rows.items():
            model.insert_many(found).execute()
        database.execute_sql("SET FOREIGN_KEY_CHECKS=1")


@pytest.fixture
def app(whole_app, db):
    return whole_app


@pytest.fixture
def people(db):
    """The cast by account name: ``people["chenjing"]``."""
    return {person.username: person for person in Person.select(Person, Department).join(Department)}


@pytest.fixture
def client(app):
    """A browser that has not signed in."""
    return app.test_client()


@pytest.fixture
def sign_in(app, people):
    """``sign_in("chenjing")`` is that person's browser."""

    def browser(username: str):
        client = app.test_client()
        session = Session.start(people[username], "127.0.0.1")
        with client.session_transaction() as cookie:
            cookie["_user_id"] = session.token
            cookie["_fresh"] = True
        return client

    return browser


@pytest.fixture
def sent(db):
    """What is sent to the database, one statement after another; ``sent.clear()`` before what is counted."""
    statements = []
    hooks = database.obj.query_hooks
    hooks.append(lambda event: statements.append(event.sql))
    yield statements
    hooks.clear()


@pytest.fixture
def work(db):
    """Do what the worker would do now."""
    return background.work_off
