"""Every key of a value list fits the column it is stored in: SQLite would not notice, MariaDB refuses."""

import pytest

from intranet_crm.customers import pending, sections
from intranet_crm.customers.decision_roles import DecisionRoleChange
from intranet_crm.customers.grades import GradeDecision
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.pending import PendingValue
from intranet_crm.customers.rules import REVENUE_BANDS
from intranet_crm.customers.sections import SectionCheck
from intranet_crm.followups.models import FollowUp
from intranet_crm.intake.models import Review
from intranet_crm.needs.models import Need, NeedChange
from intranet_crm.needs.rules import REASONS
from intranet_crm.reference import choices
from intranet_crm.reference.choices import Choices
from intranet_crm.service_issues.models import ServiceIssue

LISTS = {
    Customer.kind: choices.CUSTOMER_KINDS,
    Customer.status: choices.CUSTOMER_STATUSES,
    Customer.stage: choices.FOLLOWUP_STAGES,
    Customer.grade: choices.CUSTOMER_GRADES,
    Customer.source: choices.SOURCE_CHANNELS,
    Customer.employee_band: choices.EMPLOYEE_BANDS,
    Customer.revenue_band: REVENUE_BANDS,
    Customer.occupation: choices.OCCUPATIONS,
    Customer.confidentiality: choices.CONFIDENTIALITY_LEVELS,
    Customer.processing_basis: choices.PROCESSING_BASES,
    SectionCheck.section: sections.SECTIONS,
    PendingValue.why: pending.WHY,
    Contact.form_of_address: choices.FORMS_OF_ADDRESS,
    Contact.decision_role: choices.DECISION_ROLES,
    Contact.preferred_channel: choices.PREFERRED_CHANNELS,
    DecisionRoleChange.new: choices.DECISION_ROLES,
    Contact.consent: choices.CONSENTS,
    Contact.notice_way: choices.NOTICE_WAYS,
    GradeDecision.new: choices.CUSTOMER_GRADES,
    Need.type: choices.NEED_TYPES,
    Need.nature: choices.NEED_NATURES,
    Need.progress: choices.RESPONSES,
    NeedChange.progress: choices.RESPONSES,
    NeedChange.reason: Choices(REASONS),
    Need.priority: choices.PRIORITIES,
    Need.complexity: choices.COMPLEXITIES,
    Need.intention: choices.INTENTIONS,
    Need.change_kind: choices.CHANGE_KINDS,
    Need.renewal_intention: choices.RENEWAL_INTENTIONS,
    FollowUp.purpose: choices.FOLLOWUP_PURPOSES,
    FollowUp.method: choices.FOLLOWUP_METHODS,
    FollowUp.feedback: choices.FEEDBACKS,
    ServiceIssue.kind: choices.ISSUE_KINDS,
    ServiceIssue.state: choices.ISSUE_STATES,
    Review.truth_method: choices.TRUTH_CONFIRMATIONS,
}


@pytest.mark.parametrize("column", LISTS, ids=str)
def test_every_key_fits_its_column(column):
    assert max(map(len, LISTS[column].keys())) <= column.max_length
