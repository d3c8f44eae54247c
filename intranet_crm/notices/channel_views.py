"""The administrator's page of the channels: last success and failure, a test, what was given up."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for

from intranet_crm.accounts.access import me, not_activity, requires
from intranet_crm.accounts.rules import Permission
from intranet_crm.notices import queries
from intranet_crm.notices.messages import Message
from intranet_crm.notices.rules import Channel

bp = Blueprint("channels", __name__, url_prefix="/admin/channels")

configures = requires(Permission.CONFIGURE)


@bp.get("")
@configures
def index():
    return render_template("notices/channels.html", channels=queries.channel_states())


@bp.get("/state")
@configures
@not_activity
def state():
    """The channels again, while a test is under way."""
    return render_template("notices/_channels.html", channels=queries.channel_states())


@bp.post("/<name>/tests")
@configures
def test(name: str):
    channel = Channel(name) if name in list(Channel) else abort(404)
    Message.test(channel, by=me())
    return redirect(url_for(".index"), 303)


@bp.post("/messages/<int:key>/retries")
@configures
def retry(key: int):
    message = Message.get_or_none(Message.id == key) or abort(404)
    message.try_again(by=me())
    flash("已重新交给后台发送。", "success")
    return redirect(url_for(".index"), 303)
