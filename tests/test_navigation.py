"""What the shell of every page costs, and what it shows to whom."""

import pytest

from intranet_crm.notices.models import notify


def test_the_shell_asks_for_the_person_and_the_unread_notices_and_nothing_else(sign_in, sent):
    browser = sign_in("admin")
    browser.get("/account")
    sent.clear()
    assert browser.get("/account").status_code == 200
    assert len(sent) == 2


def test_a_part_of_a_page_asks_for_no_shell(sign_in, sent):
    browser = sign_in("chenjing")
    browser.get("/search/suggestions?q=")
    sent.clear()
    assert browser.get("/search/suggestions?q=").status_code == 200
    assert len(sent) == 1


@pytest.mark.parametrize(("number", "shown"), [(0, None), (7, "7"), (99, "99"), (100, "99+"), (130, "99+")])
def test_the_bell_counts_up_to_99(sign_in, people, number, shown):
    for n in range(number):
        notify(people["chenjing"], "消息", key=f"n{n}")
    page = sign_in("chenjing").get("/account").text
    assert (f'<span class="bell-count">{shown}<' in page) == bool(shown)
    assert ("bell-count" in page) == bool(shown)


def test_a_role_taken_away_is_gone_with_the_next_page(sign_in, people):
    browser = sign_in("chenjing")
    assert browser.get("/customers").status_code == 200
    people["chenjing"]._set_roles(["审计员"])
    assert browser.get("/customers").status_code == 403
    assert browser.get("/audit").status_code == 200
    people["chenjing"]._set_roles([])
    assert browser.get("/audit").status_code == 403
