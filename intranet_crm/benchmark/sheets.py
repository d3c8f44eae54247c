"""How long an archive sheet takes, and how many two render processes make in a minute."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from intranet_crm.intake.models import Submission
from intranet_crm.intake.sheet import sheet_pdf

ONE_BY_ONE, TOGETHER, PROCESSES = 20, 60, 2


def measured() -> dict[str, Any]:
    """Seconds of one warm sheet (median), and sheets a minute with two processes; needs submissions."""
    texts = list(Submission.select(Submission.snapshot, Submission.at).limit(TOGETHER).tuples())

    def one(number: int) -> float:
        text, moment = texts[number % len(texts)]
        began = time.perf_counter()
        sheet_pdf(text, kind="archive", record=number + 1, version=1, made=moment)
        return time.perf_counter() - began

    with ThreadPoolExecutor(PROCESSES) as pool:
        list(pool.map(one, range(PROCESSES * 2)))  # warm
        alone = [one(number) for number in range(ONE_BY_ONE)]
        began = time.perf_counter()
        list(pool.map(one, range(TOGETHER)))
        taken = time.perf_counter() - began
    return {
        "one_sheet_s": round(statistics.median(alone), 3),
        "sheets_a_minute": round(TOGETHER / taken * 60),
        "processes": PROCESSES,
    }
