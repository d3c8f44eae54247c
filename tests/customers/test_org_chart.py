"""The organisation chart: an attachment marked as such, shown as a picture to those who may open it."""

import pytest

from intranet_crm.customers.attachments import attach_to
from intranet_crm.customers.org_chart import OrgChart
from intranet_crm.files.models import Attachment
from tests.customers.making import opened
from tests.files.samples import PNG, upload


@pytest.fixture
def customer(people):
    return opened(people["chenjing"])


@pytest.fixture
def attachment(customer, people):
    return attach_to(customer, [upload("组织架构.png", PNG)], people["chenjing"])[0]


def test_it_is_marked_shown_and_goes_with_its_file(sign_in, customer, attachment):
    me, own = sign_in("chenjing"), f"/customers/{customer.id}"
    assert me.get(f"{own}/org-chart").status_code == 404
    assert me.post(f"{own}/attachments/{attachment.id}/org-chart").status_code == 303
    page = me.get(own).text
    assert f'src="{own}/org-chart"' in page
    assert "设为组织架构图" in page  # on the timeline
    picture = me.get(f"{own}/org-chart")
    assert (picture.data, picture.mimetype) == (PNG, "image/png")
    assert "attachment" not in picture.headers.get("Content-Disposition", "")
    me.post(f"{own}/attachments/{attachment.id}/removal")
    assert OrgChart.select().count() == 0
    assert f'src="{own}/org-chart"' not in me.get(own).text


def test_another_one_takes_its_place(sign_in, customer, attachment, people):
    me, own = sign_in("chenjing"), f"/customers/{customer.id}/attachments"
    other = attach_to(customer, [upload("新的.png", PNG)], people["chenjing"])[0]
    for each in (attachment, other):
        me.post(f"{own}/{each.id}/org-chart")
    assert [chart.attachment for chart in OrgChart.select()] == [other]


def test_a_picture_names_people_and_is_not_for_all(sign_in, people):
    customer = opened(people["guoyan"])
    attach_to(customer, [upload("组织架构.png", PNG)], people["guoyan"])
    OrgChart.create(
        customer=customer, attachment=Attachment.get(), by=people["guoyan"], at=customer.created_at
    )
    assert sign_in("hetao").get(f"/customers/{customer.id}/org-chart").status_code == 403
    page = sign_in("hetao").get(f"/customers/{customer.id}").text
    assert "已上传" in page
    assert "<img" not in page


def test_only_its_own_attachment_and_by_whom_may_write(sign_in, people, customer, attachment):
    other = opened(people["chenjing"], "另一家有限公司")
    assert (
        sign_in("chenjing").post(f"/customers/{other.id}/attachments/{attachment.id}/org-chart").status_code
        == 404
    )
    assert (
        sign_in("liqiang").post(f"/customers/{customer.id}/attachments/{attachment.id}/org-chart").status_code
        == 403
    )
