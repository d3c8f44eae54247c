"""How a service issue goes on, by when it wants a reply, and how long it took (D7)."""

from datetime import datetime, timedelta

from intranet_crm.followups.rules import gap_words

# No source names a day: whoever is angry or stands still is answered by the next working day.
REPLY_WORKING_DAYS = {"complaint": 1, "fault": 1, "inquiry": 2, "suggestion": 2}
SOLVE_WORKING_DAYS = 5
UNSOLVED = ("open", "replied")
# verb: (the states it is possible in, what to say otherwise)
MOVES = {
    "reply": (("open",), "这个问题已经答复过，不需要再记首次答复。"),
    "solve": (UNSOLVED, "这个问题已经解决；没有解决好时请先「重新打开」。"),
    "reopen": (("solved",), "这个问题还没有解决，不需要重新打开。"),
}


def faults(
    reported_at: datetime | None, replied_at: datetime | None, solved_at: datetime | None, now: datetime
) -> dict[str, str]:
    """What is wrong with the times, by field name, as sentences; empty when all is well."""
    found = {}
    words = {"reported_at": "报告时间", "replied_at": "答复时间", "solved_at": "解决时间"}
    moments = {"reported_at": reported_at, "replied_at": replied_at, "solved_at": solved_at}
    before = None
    for name, moment in moments.items():
        if moment is None:
            continue
        if moment > now:
            found[name] = f"{words[name]}不能晚于现在。"
        elif before and moment < moments[before]:
            found[name] = f"{words[name]}不能早于{words[before]}。"
        before = name
    return found


def took_words(begin: datetime, end: datetime | None) -> str:
    """「25 分钟」「3 小时」「2 天 4 小时」; '' while it goes on."""
    if end is None:
        return ""
    gap = end - begin
    if gap < timedelta(hours=1):
        return f"{max(int(gap.total_seconds() // 60), 1)} 分钟"
    return gap_words(gap)
