"""A request that cannot go through for want of a session or a fresh token: its fields are kept, and go on."""

import json
import re

from flask import Flask, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import BadRequest

from intranet_crm import error_pages, htmx
from intranet_crm.accounts.forms import SignInForm

# No second slash, which would name another host, and nothing that a browser passes over.
OWN_ADDRESS = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\\ud800-\udfff]*")
NEVER_CARRIED = {"csrf_token", "password", "current", "new", "again", "signing_password"}
SIGN_IN = "accounts.sign_in"


def own_address(text: str | None) -> str:
    """An address of this application, or the workbench."""
    return text if text and OWN_ADDRESS.fullmatch(text) else url_for("home.workbench")


def ask_to_sign_in() -> tuple[str, int] | Response:
    """A stranger's GET goes to sign-in and back; a POST keeps its fields and goes on after it."""
    if htmx.is_request():
        return htmx.message("登录已过期，内容仍在页面上。请在新窗口登录后再保存。", link=url_for(SIGN_IN))
    if request.method == "GET":
        path = request.full_path.rstrip("?")
        return redirect(url_for(SIGN_IN, next=path if path != "/" else None))
    if request.blueprint == "accounts":  # its fields are passwords: they are not carried anywhere
        return redirect(url_for(SIGN_IN, next=request.path))
    form = SignInForm(formdata=None)
    flash("登录已过期，请重新登录；刚才填写的内容会保留。", "warning")
    return render_template("accounts/sign_in.html", form=form, resume=resumed_fields()), 401


def resumed_fields() -> dict[str, object]:
    """What the interrupted request wanted, passwords left out; files by name only."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in NEVER_CARRIED]
    files = [upload.filename for _, upload in request.files.items(multi=True) if upload.filename]
    return {"path": request.full_path.rstrip("?"), "fields": fields, "files": files}


def carried_request() -> dict | None:
    """The interrupted request that the sign-in page carries, if it is one of ours; 400 for an odd one."""
    try:
        resume = json.loads(request.form.get("resume") or "null")
        if not resume:
            return None
        json.dumps(resume, ensure_ascii=False).encode()  # half a character (\ud800) cannot be shown
        fields = [(str(name), str(value)) for name, value in resume["fields"]]
        files = [str(name) for name in resume.get("files", ())]
        return {"path": own_address(str(resume.get("path"))), "fields": fields, "files": files}
    except (ValueError, KeyError, TypeError, RecursionError):
        abort(400)


def refuse_old_token(_error: CSRFError) -> tuple[str, int] | Response:
    """After signing out or in again in another window, an open page's token is old; nothing typed is lost."""
    if htmx.is_request():
        if not current_user.is_authenticated:
            sentence = "登录已过期，这个页面已失效，但内容仍在上面。请在新窗口登录后再保存。"
            return htmx.message(sentence, 422, url_for(SIGN_IN))
        response = htmx.message("登录已更新，请再点一次保存。", 422)
        response.headers["X-CSRFToken"] = generate_csrf()  # the page takes it (app.js)
        return response
    if _is_from_own_page():
        if request.endpoint == SIGN_IN:
            return _sign_in_again()
        return _ask_to_go_on(resumed_fields()) if current_user.is_authenticated else ask_to_sign_in()
    return error_pages.answer(400, "页面已失效，这次没有提交。请返回上一页，复制填写的内容，刷新后再提交。")


def _is_from_own_page() -> bool:
    """Whether a page of this very site sent it: the browser says so, and no other site can make it."""
    own = (request.host_url.rstrip("/"), current_app.config["CRM"].url.rstrip("/"))
    return bool(sent_by := request.headers.get("Origin")) and sent_by in own


def _sign_in_again() -> tuple[str, int] | Response:
    """The sign-in page lay open while somebody signed in or out in another window."""
    try:
        resume = carried_request()
    except BadRequest:
        return error_pages.answer(400)
    if current_user.is_authenticated:
        return _ask_to_go_on(resume) if resume else redirect(own_address(request.args.get("next")), 303)
    flash("登录页面放得太久，请再登录一次。", "warning")
    page = render_template("accounts/sign_in.html", form=SignInForm(formdata=None), resume=resume)
    return page, 400


def _ask_to_go_on(resume: dict[str, object]) -> tuple[str, int]:
    reason = "你在另一个窗口重新登录过，这次还没有提交。"
    return render_template("accounts/resume.html", resume=resume, reason=reason), 400


def init(app: Flask) -> None:
    app.register_error_handler(CSRFError, refuse_old_token)
