"""The session of a request: found by its token, ended by time, asked for when it is missing."""

from datetime import timedelta

from flask import Flask, Response, current_app, flash, redirect, request, url_for
from flask_login import LoginManager, current_user

from intranet_crm import clock
from intranet_crm.accounts import resuming
from intranet_crm.accounts.models import Person, Session
from intranet_crm.accounts.queries import session_with_person
from intranet_crm.accounts.rules import session_has_ended

# The row is written at most once a minute, so that reading pages stays reading.
SEEN_EVERY = timedelta(minutes=1)

OPEN_WITH_ISSUED_PASSWORD = ("accounts.account", "accounts.sign_out")

manager = LoginManager()
manager.session_protection = None
manager.unauthorized_handler(resuming.ask_to_sign_in)


@manager.user_loader
def load(token: str) -> Person | None:
    session = session_with_person(token)
    if session is None or not session.person.is_active:
        return None
    if session_has_ended(session.started_at, session.seen_at, clock.now()):
        return None
    person = session.person
    person.session, person.session_token = session, token
    return person


def _view() -> object | None:
    return current_app.view_functions.get(request.endpoint or "")


def demand_sign_in() -> Response | str | None:
    """Before each request: strangers see public routes only; an issued password is changed first."""
    view = _view()
    if view is None or getattr(view, "access", None) == "public" or request.endpoint == "static":
        return None
    if not current_user.is_authenticated:
        return manager.unauthorized()
    if not getattr(view, "not_activity", False):
        _touch(current_user.session)
    if current_user.must_change_password and request.endpoint not in (
        "accounts.account",
        "accounts.sign_out",
    ):
        flash("首次登录请先修改口令。", "warning")
        return redirect(url_for("accounts.account"))
    return None


def _touch(session: Session) -> None:
    moment = clock.now()
    if moment - session.seen_at > SEEN_EVERY:
        Session.update(seen_at=moment).where(Session.id == session.id).execute()


def init(app: Flask) -> None:
    manager.init_app(app)
    resuming.init(app)
    app.before_request(demand_sign_in)
