"""Timing one thing many times."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from intranet_crm.database import database

WARM = 6  # calls before the clock counts
FEWEST, LONGEST = 5, 20_000  # a slow page is asked for less often: no more once it has taken so many ms

Timing = dict[str, float]


def timed(call: Callable[[int], Any], times: int) -> Timing:
    """Milliseconds of ``call(0), call(1), …`` (median, 95th percentile, median of this process's CPU), and
    the most queries that one of them sent."""
    taken, burnt, sent = [], [], []
    for number in range(-WARM, times):
        asked, began, running = [], time.perf_counter(), time.process_time()
        database.query_hooks[:] = [asked.append]
        call(number)
        database.query_hooks.clear()
        spent = (time.perf_counter() - began) * 1000
        if number >= 0 or spent > LONGEST / FEWEST:
            taken.append(spent)
            burnt.append((time.process_time() - running) * 1000)
            sent.append(len(asked))
        if len(taken) >= FEWEST and sum(taken) > LONGEST:
            break
    cuts = statistics.quantiles(taken, n=20, method="inclusive")
    return {
        "median_ms": round(statistics.median(taken), 2),
        "p95_ms": round(cuts[18], 2),
        "cpu_ms": round(statistics.median(burnt), 2),
        "queries": max(sent),
    }
