"""What an empty form begins with: the day, the person, and an existing customer's data (O1)."""

from datetime import date

from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.intake.fields import Values
from intranet_crm.reference import regions


def values_of_nobody(person: Person, today: date) -> Values:
    """A new customer's form."""
    return {
        "customer_kind": "enterprise",
        "situation": "new_customer",
        "collected_on": today.isoformat(),
        "collector": person.name,
        "department": person.department.name,
    }


def values_of(customer: Customer, person: Person, today: date) -> Values:
    """A change of an existing customer, with what is known of it and of its first contact."""
    province, city, district = regions.path(customer.registered_region)
    address = {"province": province, "city": city, "district": district}
    known = {
        "customer_id": customer.id,
        "situation": "return_visit",
        "customer_kind": customer.kind,
        "name": customer.name,
        "credit_code": customer.credit_code or "",
        "credit_code_reason": customer.credit_code_reason,
        "citizen_id": customer.citizen_id_masked,
        "industry": customer.industry,
        "industry_note": customer.industry_note,
        "employee_band": customer.employee_band,
        "occupation": customer.occupation,
        "founded": customer.founded,
        "source": customer.source,
        "address": address | {"street": customer.registered_street},
    }
    return values_of_nobody(person, today) | known | _contact(customer)


def _contact(customer: Customer) -> Values:
    contact = (
        Contact.select()
        .where((Contact.customer == customer.id) & Contact.left_on.is_null())
        .order_by(Contact.is_primary.desc(), Contact.id)
        .first()
    )
    if contact is None:
        return {"phone": customer.phone or customer.landline}
    return {
        "contact_name": contact.name,
        "phone": contact.mobile or contact.landline or customer.phone or customer.landline,
        "form_of_address": contact.form_of_address,
        "post": contact.post,
        "decision_role": contact.decision_role,
        "preferred_channel": contact.preferred_channel,
    }
