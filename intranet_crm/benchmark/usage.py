"""What a piece of work takes of the machine: time, processor and memory of this process and its children."""

import os
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EVERY = 0.05  # seconds between two looks at the memory
TICK, PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")

Usage = dict[str, float]


@contextmanager
def used() -> Iterator[Usage]:
    """Filled in at the end: ``wall_s``, ``cpu_s``, ``peak_mb``, how far that was above the beginning
    (``grew_mb``), and the machine's load (``load``)."""
    usage: Usage = {"load": round(os.getloadavg()[0], 2)}
    over = threading.Event()
    peak = [_resident()]
    start = peak[0]
    watcher = threading.Thread(target=_watch, args=(peak, over), daemon=True)
    watcher.start()
    burnt, began = _burnt(), time.perf_counter()
    try:
        yield usage
    finally:
        usage["wall_s"] = round(time.perf_counter() - began, 3)
        usage["cpu_s"] = round(_burnt() - burnt, 3)
        over.set()
        watcher.join()
        usage["peak_mb"] = round(peak[0] / 2**20)
        usage["grew_mb"] = round((peak[0] - start) / 2**20)


def _watch(peak: list[int], over: threading.Event) -> None:
    while not over.wait(EVERY):
        peak[0] = max(peak[0], _resident())


def _family() -> Iterator[list[str]]:
    """The fields of /proc/N/stat from the state on, of this process and all that it started."""
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        stats[int(path.parent.name)] = fields
    ours = {os.getpid()}
    while more := {key for key, fields in stats.items() if int(fields[1]) in ours} - ours:
        ours |= more
    return (stats[key] for key in ours if key in stats)


def _resident() -> int:
    """Bytes in memory; what processes share counts for each."""
    return sum(int(fields[21]) * PAGE for fields in _family())


def _burnt() -> float:
    """Seconds of processor: of those that live, and of those that have ended and were waited for."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    living = sum(int(fields[11]) + int(fields[12]) for fields in _family()) / TICK
    return living + ended.ru_utime + ended.ru_stime
