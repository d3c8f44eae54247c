"""A customer's contacts: a panel of the dossier, and pages of their own without script."""

from flask import Blueprint, abort, flash, render_template, request, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.customers import employment
from intranet_crm.customers.contact_forms import ContactForm, DepartureForm
from intranet_crm.customers.contact_queries import contact_cards, find_contact
from intranet_crm.customers.contact_rules import LABELS
from intranet_crm.customers.merging import last_editor, take_over
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.queries import find_customer, may_edit, sees_contacts
from intranet_crm.customers.sections import checks_of
from intranet_crm.errors import NotAllowed, StaleVersion

bp = Blueprint("contacts", __name__, url_prefix="/customers/<int:customer_id>/contacts")


def _editable(customer_id: int) -> Customer:
    customer = find_customer(me(), customer_id) or abort(404)
    if not may_edit(me(), customer):
        raise NotAllowed("你可以查看这位客户，但不能修改，请联系客户的负责人。")
    if not sees_contacts(me(), customer):
        raise NotAllowed("修改联系人需要「查看完整联系方式」权限，请联系系统管理员。")
    return customer


def _panel(customer: Customer, said: str = ""):
    in_full = sees_contacts(me(), customer)
    return render_template(
        f"customers/contacts/{'_panel' if htmx.is_request() else 'index'}.html",
        customer=customer,
        contacts=contact_cards(customer, in_full),
        in_full=in_full,
        may_edit=in_full and may_edit(me(), customer),
        check=checks_of(customer)["contacts"],
        said=said,
    )


def _form(form: ContactForm, customer: Customer, contact: Contact | None = None, **more):
    in_place = htmx.is_request()
    return render_template(
        f"customers/contacts/{'_form' if in_place else 'form'}.html",
        form=form,
        customer=customer,
        contact=contact,
        history=employment.history_of(contact) if contact else [],
        in_place=in_place,
        **more,
    )


def _saved(customer: Customer, said: str):
    if htmx.is_request():
        return _panel(customer, said)
    flash(said, "success")
    return htmx.go_to(url_for("contacts.index", customer_id=customer.id))


@bp.get("")
@requires(P.SEE_CUSTOMERS)
def index(customer_id: int):
    return _panel(find_customer(me(), customer_id) or abort(404))


@bp.get("/new")
@requires(P.EDIT_CUSTOMERS)
def new(customer_id: int):
    return _form(ContactForm(), _editable(customer_id))


@bp.post("")
@requires(P.EDIT_CUSTOMERS)
def create(customer_id: int):
    customer, form = _editable(customer_id), ContactForm()
    if not form.validate():
        return _form(form, customer), 422
    contact = Contact.add(customer, by=me(), **form.facts())
    return _saved(customer, f"已添加联系人{contact.name}。{form.warnings()}")


@bp.route("/<int:contact_id>", methods=["GET", "POST"])
@requires(P.EDIT_CUSTOMERS)
def edit(customer_id: int, contact_id: int):
    customer = _editable(customer_id)
    contact = find_contact(customer, contact_id) or abort(404)
    form = ContactForm(contact)
    if not form.validate_on_submit():
        return _form(form, customer, contact), 422 if form.errors else 200
    try:
        contact.revise(form.version.data, me(), **form.facts())
    except StaleVersion:
        now = find_contact(customer, contact_id)
        clashes, editor = take_over(form, now, LABELS), last_editor(customer, "contact")
        return _form(form, customer, now, clashes=clashes, editor=editor), 409
    return _saved(customer, f"已保存联系人{contact.name}。{form.warnings()}")


@bp.route("/<int:contact_id>/departure", methods=["GET", "POST"])
@requires(P.EDIT_CUSTOMERS)
def departure(customer_id: int, contact_id: int):
    customer = _editable(customer_id)
    contact = find_contact(customer, contact_id) or abort(404)
    form = DepartureForm(contact, employment.colleagues_of(contact))
    if form.validate_on_submit():
        try:
            employment.leave(
                contact,
                form.left_on.data,
                reason=form.reason.data,
                successor=form.chosen(),
                seen=form.version.data,
                by=me(),
            )
        except employment.SuccessorWanted as error:
            form.successor.errors = [str(error)]
        else:
            return _saved(customer, f"已登记{contact.name}离职，历史记录保留。")
    return _departure_page(form, customer, contact), 422 if form.errors else 200


def _departure_page(form: DepartureForm, customer: Customer, contact: Contact) -> str:
    in_place = htmx.is_request()
    template = f"customers/contacts/{'_departure' if in_place else 'departure'}.html"
    return render_template(template, form=form, customer=customer, contact=contact, in_place=in_place)


@bp.post("/<int:contact_id>/reinstatement")
@requires(P.EDIT_CUSTOMERS)
def reinstate(customer_id: int, contact_id: int):
    customer = _editable(customer_id)
    contact = find_contact(customer, contact_id) or abort(404)
    employment.come_back(contact, seen=request.form.get("version", 0, whole_number), by=me())
    return _saved(customer, f"{contact.name}已恢复在职。")
