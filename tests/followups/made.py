"""Customers and follow-ups for tests, in the fewest words."""

from datetime import timedelta
from uuid import uuid4

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.followups.models import FollowUp


def a_customer(owner: Person, name: str = "云帆科技有限公司", **facts) -> Customer:
    moment = clock.now()
    return Customer.create(
        number=f"CUST{uuid4().hex[:12]}",
        name=name,
        industry="I65",
        source="exhibition",
        owner=owner,
        created_by=owner,
        created_at=moment,
        updated_at=moment,
        touched_at=moment,
        **facts,
    )


def a_contact(customer: Customer, name: str = "张伟") -> Contact:
    moment = clock.now()
    owner = customer.owner
    return Contact.create(
        customer=customer, name=name, post="总监", created_by=owner, created_at=moment, updated_at=moment
    )


def a_followup(customer: Customer, by: Person, **facts) -> FollowUp:
    usual = {"happened_at": clock.now() - timedelta(hours=1), "method": "phone", "content": "谈了续约"}
    return FollowUp.record(customer, key=str(uuid4()), by=by, **usual | facts)
