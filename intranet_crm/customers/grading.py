"""The grade of a customer (B8), set by a person."""

from intranet_crm import audit_log
from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.customers.rules import shown_name
from intranet_crm.database import database
from intranet_crm.errors import StaleVersion
from intranet_crm.reference.choices import CUSTOMER_GRADES


def set_grade(customer: Customer, grade: str, *, seen: str, by: Person) -> bool:
    """Returns whether it changed; raises StaleVersion when it is no longer the one that was ``seen``."""
    with database.atomic():
        current = Customer.locked_by_id(customer.id)
        if current.grade != seen:
            raise StaleVersion("客户分级刚被别人改过，请看过新的分级后再决定是否更改。")
        if grade == seen:
            return False
        Customer.update(grade=grade).where(Customer.id == customer.id).execute()
        customer.grade = grade
        words = [CUSTOMER_GRADES.label(key) or "未分级" for key in (seen, grade)]
        TimelineEntry.note(current, kind="customer", title=f"客户分级：{words[0]} → {words[1]}", by=by)
        title = f"{current.number} {shown_name(current.kind, current.name, full=False)}"
        audit_log.record(
            "更改客户分级",
            by=by,
            kind="customer",
            subject_id=current.id,
            title=title,
            old={"grade": seen},
            new={"grade": grade},
        )
    return True
