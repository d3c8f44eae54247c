"""Who is asking, and what they may do: every route carries exactly one of these marks."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort
from flask_login import current_user

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission, Reach

View = Callable[..., Any]


def me() -> Person:
    """The person who is asking; only inside a route that is not public."""
    return current_user._get_current_object()


def public(view: View) -> View:
    """Open to everybody on the LAN: sign-in, health."""
    view.access = "public"
    return view


def signed_in(view: View) -> View:
    """Open to every person who has signed in; what they see is decided by the query."""
    view.access = "signed_in"
    return view


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Open to people who have one of the permissions at any reach; the query narrows it to the reach."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not any(me().may(permission) for permission in permissions):
                abort(403)
            return view(*args, **kwargs)

        guarded.access = permissions
        return guarded

    return mark


def not_activity(view: View) -> View:
    """Autosave and polling: a page left open must not keep the session alive."""
    view.not_activity = True
    return view


def reaches(person: Person, permission: Permission, least: Reach) -> bool:
    return person.reach(permission) >= least
