"""Sign-in, sign-out, one's own account."""

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user

from intranet_crm import clock
from intranet_crm.accounts import admin_views, deputy_views, passwords
from intranet_crm.accounts.access import me, public, signed_in
from intranet_crm.accounts.forms import PasswordForm, SignInForm
from intranet_crm.accounts.models import Person, Session, SignInFailure
from intranet_crm.accounts.resuming import carried_request, own_address
from intranet_crm.accounts.rules import clean_username

bp = Blueprint("accounts", __name__)
blueprints = [bp, admin_views.bp, deputy_views.bp]


def _check(form: SignInForm) -> Person | None:
    """The person whose name and password these are; else the form says why not."""
    until = SignInFailure.locked_until(form.username.data, request.remote_addr or "")
    if until:
        wait = max(1, round((until - clock.now()).total_seconds() / 60))
        form.password.errors = [f"登录失败次数过多，账号暂时锁定，请 {wait} 分钟后再试或联系管理员重置口令。"]
        return None
    person = Person.get_or_none(Person.username == clean_username(form.username.data))
    fits = passwords.fits(form.password.data, person.password_hash if person else None)
    if fits and person.is_active:
        return person
    SignInFailure.note(form.username.data, request.remote_addr or "")
    form.password.errors = ["账号已停用，请联系管理员。" if fits else "账号或口令不正确。"]
    return None


def _sign_in(person: Person) -> None:
    session.clear()  # a fresh cookie, a fresh CSRF token
    g.pop("csrf_token", None)  # the page that goes on after it must not carry the old one
    person.session_token = Session.start(person, request.remote_addr or "").token
    login_user(person)


@bp.route("/login", methods=["GET", "POST"])
@public
def sign_in():
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(own_address(request.args.get("next")))
    form = SignInForm()
    resume = carried_request()
    if form.validate_on_submit() and (person := _check(form)):
        _sign_in(person)
        if resume and not person.must_change_password:
            return render_template("accounts/resume.html", resume=resume)
        return redirect(own_address(request.args.get("next")), 303)
    status = 422 if form.errors else 200
    return render_template("accounts/sign_in.html", form=form, resume=resume), status


@bp.post("/logout")
@signed_in
def sign_out():
    me().session.end()
    logout_user()
    session.clear()
    flash("已退出登录。", "success")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.route("/account", methods=["GET", "POST"])
@signed_in
def account():
    person = me()
    form = PasswordForm(person)
    if form.validate_on_submit():
        person.set_password(form.new.data, issued=False, by=person)
        _sign_in(person)
        flash("口令已修改，其他设备上的登录已退出。", "success")
        return redirect(url_for("home.workbench"), 303)
    return render_template("accounts/account.html", form=form, person=person), 422 if form.errors else 200
