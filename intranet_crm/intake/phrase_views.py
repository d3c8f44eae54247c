"""常用意见: the panel on the review desk, which is also a page of its own."""

from flask import Blueprint, abort, redirect, render_template, request

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.errors import DomainError
from intranet_crm.intake.phrases import LONGEST, Phrase, phrases_for
from intranet_crm.reference.form_text import sentence

bp = Blueprint("phrases", __name__)
ADDRESS = "/reviews/phrases"


@bp.get(ADDRESS)
@requires(P.REVIEW)
def index():
    return _shown()


@bp.post(ADDRESS)
@requires(P.REVIEW)
def add():
    typed = sentence(request.form.get("phrase"))
    try:
        Phrase.add(typed, is_shared="shared" in request.form, by=me())
    except DomainError as refusal:
        return _shown(typed, str(refusal)), 422
    return _saved()


@bp.post(f"{ADDRESS}/<int:key>/removal")
@requires(P.REVIEW)
def remove(key: int):
    found = Phrase.get_or_none(Phrase.id == key)
    if found is None or (found.person_id != me().id and not found.is_shared):
        abort(404)
    found.remove(by=me())
    return _saved()


def _saved():
    return _shown() if htmx.is_request() else redirect(ADDRESS, 303)


def _shown(typed: str = "", refusal: str = "") -> str:
    page = "intake/reviews/_phrases.html" if htmx.is_request() else "intake/reviews/phrases.html"
    return render_template(
        page, phrases=phrases_for(me()), typed=typed, refusal=refusal, longest=LONGEST, opened=True
    )
