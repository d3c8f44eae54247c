"""The inbox: unread first, opened once, nobody else's."""

from intranet_crm.notices.models import Notice, notify


def tell(person, number=1, **more):
    usual = {"address": "/customers/7", "action": True}
    notify(person, f"第{number:02d}条消息", key=f"{person.id}:{number}:{more}", **usual | more)
    return Notice.select().order_by(Notice.id.desc()).get()


def test_an_empty_inbox_says_what_will_come(sign_in):
    browser = sign_in("chenjing")
    assert "没有要处理的消息" in browser.get("/notices").text
    assert "没有通知" in browser.get("/notices?kind=info").text


def test_action_stands_apart_from_information(sign_in, people):
    tell(people["chenjing"], 1)
    tell(people["chenjing"], 2, action=False)
    browser = sign_in("chenjing")
    action, info = browser.get("/notices").text, browser.get("/notices?kind=info").text
    assert "第01条消息" in action
    assert "第02条消息" not in action
    assert "第02条消息" in info
    assert browser.get("/notices?kind=x").status_code == 404


def test_opening_marks_it_as_read_and_leads_there(sign_in, people):
    notice, browser = tell(people["chenjing"]), sign_in("chenjing")
    assert "1<span" in browser.get("/").text.partition("bell-count")[2][:40]
    answer = browser.post(f"/notices/{notice.id}/reading")
    assert (answer.status_code, answer.location) == (303, "/customers/7")
    assert Notice.get_by_id(notice.id).read_at
    assert "bell-count" not in browser.get("/").text


def test_nobody_opens_another_persons_notice(sign_in, people):
    notice = tell(people["chenjing"])
    assert sign_in("wanglei").post(f"/notices/{notice.id}/reading").status_code == 404
    assert Notice.get_by_id(notice.id).read_at is None


def test_all_that_was_shown_becomes_read_but_not_what_came_meanwhile(sign_in, people):
    first, browser = tell(people["chenjing"], 1), sign_in("chenjing")
    newer, other = tell(people["chenjing"], 2), tell(people["wanglei"], 3)
    browser.post("/notices/readings", data={"up_to": first.id})
    read = {n.id for n in Notice.select().where(Notice.read_at.is_null(False))}
    assert read == {first.id}
    browser.post("/notices/readings", data={"up_to": other.id})
    assert Notice.get_by_id(newer.id).read_at
    assert Notice.get_by_id(other.id).read_at is None


def test_the_unread_come_first_and_paging_shows_every_notice_once(sign_in, people):
    made = [tell(people["chenjing"], number) for number in range(45)]
    for notice in made[30:]:
        notice.read()
    browser, seen, address = sign_in("chenjing"), [], "/notices"
    while address:
        page = browser.get(address).text
        seen += [
            int(part[:2])
            for part in page.split("第")[1:]
            if part[2:5] == "条消息" and "</span>" not in part[5:6]
        ]
        address = page.rpartition('rel="next" href="')[2].partition('"')[0] if 'rel="next"' in page else ""
        address = address.replace("&amp;", "&")
    order = list(dict.fromkeys(seen))
    assert order == [*range(29, -1, -1), *range(44, 29, -1)]
