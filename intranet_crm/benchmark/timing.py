"""Timing one thing many times."""

import statistics
import time
from collections.abc import Callable
from typing import Any

WARM = 6  # calls before the clock counts
FEWEST, LONGEST = 5, 20_000  # a slow page is asked for less often: no more once it has taken so many ms


def timed(call: Callable[[int], Any], times: int) -> dict[str, float]:
    """Milliseconds of ``call(0), call(1), …``: the median and the 95th percentile."""
    taken = []
    for number in range(-WARM, times):
        began = time.perf_counter()
        call(number)
        spent = (time.perf_counter() - began) * 1000
        if number >= 0 or spent > LONGEST / FEWEST:
            taken.append(spent)
        if len(taken) >= FEWEST and sum(taken) > LONGEST:
            break
    cuts = statistics.quantiles(taken, n=20, method="inclusive")
    return {"median_ms": round(statistics.median(taken), 2), "p95_ms": round(cuts[18], 2)}
