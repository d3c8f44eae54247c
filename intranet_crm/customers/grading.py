"""The grade of a customer (B8): suggested by rules, decided by a person."""

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.grade_facts import judgement_of
from intranet_crm.customers.grades import GradeDecision, GradeScheme
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.database import database
from intranet_crm.errors import DomainError, StaleVersion
from intranet_crm.reference.choices import CUSTOMER_GRADES


class ReasonWanted(DomainError):
    """The grade is another one than suggested, and nobody said why."""


def set_grade(customer: Customer, grade: str, *, seen: str, reason: str = "", by: Person) -> bool:
    """Returns whether it changed; the facts it was decided on are kept with it.

    Raises StaleVersion when it is no longer the grade that was ``seen``, ReasonWanted when it is not the
    suggested one and no ``reason`` is given.
    """
    with database.atomic():
        current = Customer.locked_by_id(customer.id)
        if current.grade != seen:
            raise StaleVersion("客户分级刚被别人改过，请看过新的分级后再决定是否更改。")
        if grade == seen:
            return False
        edition = GradeScheme.latest()
        found = judgement_of(current, edition.scheme)
        if grade != found.grade and not reason:
            said = f"与建议的{found.word}不同" if found.grade else "资料不足，没有建议的分级"
            raise ReasonWanted(f"{said}，请写明原因。")
        Customer.update(grade=grade).where(Customer.id == customer.id).execute()
        customer.grade = grade
        why = reason or f"采用建议：{found.because}"[:300]
        GradeDecision.create(
            customer=current,
            old=seen,
            new=grade,
            reason=why,
            judgement=found.as_json(),
            edition=edition.number,
            by=by,
            at=clock.now(),
        )
        words = [CUSTOMER_GRADES.label(key) or "未分级" for key in (seen, grade)]
        TimelineEntry.note(
            current, kind="customer", title=f"客户分级：{words[0]} → {words[1]}", summary=why, by=by
        )
        new = {"grade": grade, "suggested": found.grade, "reason": why}
        current._log("更改客户分级", by, old={"grade": seen}, new=new)
    return True
