"""Errors as pages and partials: a sentence, what to do, never a traceback."""

import logging

from flask import Flask, Response, render_template, request
from flask_login import current_user
from peewee import DataError, IntegrityError, InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from intranet_crm import audit_log, htmx
from intranet_crm.errors import Damaged, DomainError

log = logging.getLogger(__name__)

PAGES = (400, 403, 404, 409, 410, 413, 422, 429, 500, 503)
SHORT = {
    400: "请求无法理解，请返回上一页重试。",
    403: "你的角色不能做这件事；如确有需要，请联系部门负责人或系统管理员。",
    404: "没有找到，它不存在或不在你的数据范围内。",
    413: "内容太大，文字不能超过 2 MB，连同附件不能超过 32 MB，请精简、压缩或分开上传。",
    429: "操作太频繁，请稍等片刻再试。",
    500: "系统出错了，错误已记录，内容仍在页面上。",
    503: "数据库暂时不可用，刚才的操作没有保存，内容仍在页面上，请稍后再试。",
}


def answer(status: int, sentence: str = "") -> tuple[str, int] | Response:
    """A page, or a sentence in the message area of the page that asked by HTMX."""
    status = status if status in PAGES else 400 if status < 500 else 500
    if status == 403:
        _note_refusal()
    if htmx.is_request():
        return htmx.message(sentence or SHORT.get(status, ""), 422 if status < 500 else 200)
    return render_template(f"errors/{status}.html", sentence=sentence), status


def _note_refusal() -> None:
    """Whoever asks for what the role forbids is in the log (U3): the address only, never what was posted."""
    if current_user.is_authenticated:
        title = f"{request.method} {request.path}"
        audit_log.record("拒绝访问", by=current_user, kind="request", title=title)


def _http(error: HTTPException) -> tuple[str, int] | Response:
    if error.code and error.code < 400:
        return error.get_response()
    return answer(error.code or 500)


def _domain(error: DomainError) -> tuple[str, int] | Response:
    if isinstance(error, Damaged):
        log.error("a kept file is damaged: %s", error)
    return answer(error.status, str(error))


def _database(error: Exception) -> tuple[str, int] | Response:
    log.exception("the database did not answer")
    return answer(503)


def _misfit(error: Exception) -> tuple[str, int] | Response:
    """What the forms should have caught: two people gave the same name at once, or a value is too long."""
    log.exception("the database refused a value")
    if isinstance(error, IntegrityError):
        return answer(409, "相同的内容刚被别人保存过，这次没有保存。请刷新页面核对后再试。")
    return answer(422, "有内容太长或超出范围，这次没有保存。请检查后再试。")


def _crash(error: Exception) -> tuple[str, int] | Response:
    log.exception("unhandled")
    return answer(500)


def init(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(InterfaceError, _database)
    if not app.testing:
        app.register_error_handler(IntegrityError, _misfit)
        app.register_error_handler(DataError, _misfit)
        app.register_error_handler(Exception, _crash)
