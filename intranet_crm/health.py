"""``GET /healthz``: whether the database answers and the worker ticks; no sign-in."""

from flask import Flask, jsonify
from peewee import DatabaseError, InterfaceError

import intranet_crm
from intranet_crm import background
from intranet_crm.accounts.access import public
from intranet_crm.database import database


def init(app: Flask) -> None:
    @app.get("/healthz")
    @public
    def healthz():
        facts = {"status": "ok", "version": intranet_crm.__version__, "database": "ok", "worker": "ok"}
        try:
            database.connect(reuse_if_open=True)
            if background.worker_is_late():
                facts["worker"] = "late"
        except (DatabaseError, InterfaceError):
            facts |= {"status": "error", "database": "away", "worker": "late"}
            return jsonify(facts), 503
        return jsonify(facts)
