"""What the entry of an approved form would write (O7): the form beside the customer's file."""

from dataclasses import dataclass

from intranet_crm import clock
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.intake.editions import customer_id_of
from intranet_crm.intake.entry_homes import contact_of, nouns, phone_columns, stays, to_be_added
from intranet_crm.intake.entry_need import Revision, need_to_revise, revisions, values_before
from intranet_crm.intake.fields import FIELDS, Field, Values, is_shown
from intranet_crm.intake.labels import is_blank, label_of
from intranet_crm.intake.models import IntakeForm, Submission
from intranet_crm.intake.prefill import values_of
from intranet_crm.needs.models import Need


@dataclass(frozen=True)
class Row:
    """One field: the words of the form beside those of the file."""

    key: str
    label: str
    form_words: str
    file_words: str
    noun: str
    fixed: bool = False
    untouched: bool = False  # this version says what an earlier one that was entered said

    @property
    def differs(self) -> bool:
        return self.form_words != self.file_words


@dataclass(frozen=True)
class Plan:
    """What an entry would write; ``customer`` and ``contact`` are None where new ones would be made."""

    form: IntakeForm
    values: Values
    customer: Customer | None
    contact: Contact | None
    rows: list[Row]
    need: list[tuple[str, str]]
    need_before: Need | None
    revisions: list[Revision]
    on_form: list[tuple[str, str]]
    pending: list[Field]

    def said(self, noun: str) -> list[tuple[str, str]]:
        """(label, words) of what the form says of a noun."""
        return [(row.label, row.form_words) for row in self.rows if row.noun == noun]

    @property
    def seen(self) -> str:
        """Changes when anybody changes what the rows compare with."""
        compared = (self.customer, self.contact, self.need_before)
        parts = [f"{each.id}.{each.version}" for each in compared if each]
        return "-".join(parts) or "new"


def plan_of(form: IntakeForm) -> Plan:
    """What the entry of this form would write now."""
    values = Submission.get((Submission.form == form.id) & (Submission.round == form.round)).values
    customer = known_customer(form)
    contact = _known_contact(customer, values) if customer else None
    before, need = values_before(form), need_to_revise(form)
    shown = {key: label_of(field, values) for key, field in FIELDS.items() if is_shown(field, values)}
    return Plan(
        form=form,
        values=values,
        customer=customer,
        contact=contact,
        rows=_rows(form, values, customer, contact, before),
        need=[(FIELDS[key].label, shown[key]) for key in nouns("need") if shown.get(key)],
        need_before=need,
        revisions=revisions(need, before or {}, values) if need else [],
        on_form=[(FIELDS[key].label, words) for key, words in shown.items() if words and stays(FIELDS[key])],
        pending=_open_fields(form, values, customer, contact),
    )


def _open_fields(
    form: IntakeForm, values: Values, customer: Customer | None, contact: Contact | None
) -> list[Field]:
    """What will be asked for: left open on the form, and not on file either."""
    known = _known_values(form, values, customer, contact)
    on_file = {key for noun in ("customer", "contact") for key in nouns(noun) if not is_blank(known.get(key))}
    return [field for field in to_be_added(values, clock.today()) if field.key not in on_file]


def known_customer(form: IntakeForm) -> Customer | None:
    """The customer the form is about: the one it was made for, or whoever has its code or ID number."""
    if key := customer_id_of(form):
        return Customer.get_by_id(key)
    code, hashed = form.values.get("credit_code"), form.citizen_id_hash
    if form.values.get("customer_kind") == "individual":
        return Customer.get_or_none(Customer.citizen_id_hash == hashed) if hashed else None
    return Customer.get_or_none(Customer.credit_code == code) if code else None


def _known_contact(customer: Customer, values: Values) -> Contact | None:
    """The contact with this phone or, failing that, of this name; the primary one first, no one who left."""
    contacts = Contact.select().where((Contact.customer == customer.id) & Contact.left_on.is_null())
    ordered = list(contacts.order_by(Contact.is_primary.desc(), Contact.id))
    wanted, reached = contact_of(values), phone_columns(values["phone"]).values()
    same_phone = (each for each in ordered if {each.mobile, each.landline} & set(reached))
    same_name = (each for each in ordered if each.name == wanted["name"])
    return next(same_phone, None) or next(same_name, None)


def _rows(
    form: IntakeForm,
    values: Values,
    customer: Customer | None,
    contact: Contact | None,
    before: Values | None,
) -> list[Row]:
    """The filled fields of customer and contact; what the form leaves blank keeps what the file has.

    ``before``: what an earlier version that was entered said.
    """
    known = _known_values(form, values, customer, contact)
    keys = [("customer", key) for key in (*nouns("customer"), "budget")]
    keys += [("contact", key) for key in nouns("contact")]
    return [
        Row(
            key,
            field.label,
            label_of(field, values),
            label_of(field, known),
            noun,
            fixed=key == "customer_kind",
            untouched=before is not None and label_of(field, before) == label_of(field, values),
        )
        for noun, key in keys
        for field in [FIELDS[key]]
        if is_shown(field, values) and not is_blank(values.get(key))
        if not (noun == "customer" and key == "budget" and values["budget"].get("pending"))
    ]


def _known_values(
    form: IntakeForm, values: Values, customer: Customer | None, contact: Contact | None
) -> Values:
    """The file's values as the form would hold them; nothing for a new customer."""
    if customer is None:
        return {}
    of_customer = values_of(customer, form.collector, clock.today())
    known = {key: of_customer.get(key) for key in nouns("customer")}
    known["budget"] = {"low": customer.budget_low, "high": customer.budget_high}
    if form.citizen_id_hash and form.citizen_id_hash == customer.citizen_id_hash:
        known["citizen_id"] = values["citizen_id"]
    if contact:
        known |= {
            key: getattr(contact, FIELDS[key].home.partition(".")[2])
            for key in nouns("contact")
            if key != "phone"
        }
        kind = next(iter(phone_columns(values["phone"])))
        known["phone"] = getattr(contact, kind)
    return known
