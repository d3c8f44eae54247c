"""The review desk form after form: next, previous, and on after a verdict (O8)."""

from datetime import datetime

import pytest

from intranet_crm import clock
from intranet_crm.intake.review_walk import neighbours
from tests.intake.in_review import COMPANY, PERSON, submitted
from tests.intake.test_review_views import post


@pytest.fixture(autouse=True)
def friday(db):
    with clock.as_of(clock.stored(datetime(2026, 11, 20, 10))):
        yield


@pytest.fixture
def queue(people):
    """Three forms before 周芳, the longest waiting first."""
    forms = []
    for hour, values in ((8, COMPANY), (9, PERSON), (10, COMPANY | {"name": "云帆科技(广州)有限公司"})):
        with clock.as_of(clock.stored(datetime(2026, 11, 20, hour))):
            forms.append(submitted(people["chenjing"], values))
    return forms


def test_the_neighbours_are_those_of_the_own_queue(queue, people):
    first, second, third = queue
    assert (neighbours(people["zhoufang"], second).before, neighbours(people["zhoufang"], second).after) == (
        first.id,
        third.id,
    )
    assert neighbours(people["zhoufang"], first).before == 0
    assert neighbours(people["zhoufang"], third).after == first.id  # round again
    assert neighbours(people["sunhao"], second).after == 0


def test_after_a_verdict_the_next_form_is_on_the_desk(queue, sign_in):
    head = sign_in("zhoufang")
    for form, following in ((queue[1], queue[2].id), (queue[2], queue[0].id)):
        answer = post(head, form, "reject", opinion="不在经营范围")
        assert answer.headers["Location"] == f"/reviews/{following}"
    answer = post(head, queue[0], "reject", opinion="不在经营范围")
    assert answer.headers["Location"] == "/reviews"


def test_the_desk_shows_the_way_on_and_its_keys(queue, sign_in):
    page = sign_in("zhoufang").get(f"/reviews/{queue[1].id}").text
    assert f'data-previous-review href="/reviews/{queue[0].id}"' in page
    assert f'data-next-review href="/reviews/{queue[2].id}"' in page
    assert 'id="review-keys"' in page
    assert "data-review-queue" in sign_in("zhoufang").get("/reviews").text
