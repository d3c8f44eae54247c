"""The administrator's pages: people and departments (A1, A2)."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from intranet_crm.accounts import passwords
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.admin_forms import DepartmentForm, PersonForm
from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.queries import department_tree, people_page
from intranet_crm.accounts.rules import Permission, Role
from intranet_crm.addresses import whole_number
from intranet_crm.conflicts import was_saved

bp = Blueprint("admin", __name__, url_prefix="/admin")

configures = requires(Permission.CONFIGURE)


def _department(key: int) -> Department | None:
    return Department.get_or_none(Department.id == key)


@bp.get("")
@configures
def index():
    wanted = {
        "text": request.args.get("text", "").strip(),
        "department": request.args.get("department", type=whole_number),
        "role": request.args.get("role", ""),
    }
    page, following = people_page(**wanted, after=request.args.get("after", ""))
    return render_template(
        "admin/people.html",
        page=page,
        following=following,
        wanted=wanted,
        departments=department_tree(),
        roles=list(Role),
    )


@bp.route("/people/new", methods=["GET", "POST"])
@configures
def new_person():
    form = PersonForm()
    if form.validate_on_submit():
        password = passwords.issued()
        person = Person.enrol(
            username=form.username.data,
            name=form.name.data,
            department=_department(form.department.data),
            roles=form.roles.data,
            email=form.email.data,
            password=password,
            by=me(),
        )
        # Shown once in the answer itself; neither the address nor the cookie ever holds it.
        return render_template("admin/issued.html", person=person, password=password)
    return render_template("admin/person.html", form=form, person=None), 422 if form.errors else 200


@bp.route("/people/<int:key>", methods=["GET", "POST"])
@configures
def person(key: int):
    found = Person.get_or_none(Person.id == key) or abort(404)
    form = PersonForm(found)

    def save() -> None:
        found.revise(
            name=form.name.data,
            department=_department(form.department.data),
            roles=form.roles.data,
            email=form.email.data,
            seen=form.version.data,
            by=me(),
        )

    if was_saved(form, save, lambda: Person.get_by_id(key).version):
        flash(f"{found.name} 的资料已保存。", "success")
        return redirect(url_for("admin.person", key=key), 303)
    return render_template("admin/person.html", form=form, person=found), 422 if form.errors else 200


@bp.post("/people/<int:key>/password")
@configures
def reset_password(key: int):
    found = Person.get_or_none(Person.id == key) or abort(404)
    password = passwords.issued()
    found.set_password(password, issued=True, by=me())
    return render_template("admin/issued.html", person=found, password=password)


@bp.post("/people/<int:key>/suspension")
@configures
def disable(key: int):
    found = Person.get_or_none(Person.id == key) or abort(404)
    found.disable(by=me())
    flash(f"{found.name} 已停用，不能再登录。", "success")
    return redirect(url_for("admin.person", key=key), 303)


@bp.post("/people/<int:key>/reinstatement")
@configures
def enable(key: int):
    found = Person.get_or_none(Person.id == key) or abort(404)
    found.enable(by=me())
    flash(f"{found.name} 已启用。", "success")
    return redirect(url_for("admin.person", key=key), 303)


@bp.get("/departments")
@configures
def departments():
    tree = department_tree()
    return render_template("admin/departments.html", departments=tree, names={d.id: d.name for d in tree})


@bp.route("/departments/new", methods=["GET", "POST"])
@configures
def new_department():
    form = DepartmentForm()
    if form.validate_on_submit():
        Department.found(form.name.data, _department(form.parent.data), by=me())
        flash(f"部门「{form.name.data}」已新建。", "success")
        return redirect(url_for("admin.departments"), 303)
    return render_template("admin/department.html", form=form, department=None), 422 if form.errors else 200


@bp.route("/departments/<int:key>", methods=["GET", "POST"])
@configures
def department(key: int):
    found = _department(key) or abort(404)
    form = DepartmentForm(found)

    def save() -> None:
        parent = _department(form.parent.data)
        found.move(name=form.name.data, parent=parent, seen=form.version.data, by=me())

    if was_saved(form, save, lambda: _department(key).version):
        flash(f"部门「{form.name.data}」已保存。", "success")
        return redirect(url_for("admin.departments"), 303)
    return render_template("admin/department.html", form=form, department=found), 422 if form.errors else 200
