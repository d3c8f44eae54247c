"""The words and the pace of batches; no Flask, no Peewee."""

CHANGED, SKIPPED = "changed", "skipped"
FIRST_CHUNK, SMALLEST_CHUNK, LARGEST_CHUNK = 200, 200, 2000  # rows in one transaction
# Seconds that a transaction should take: whoever wants to write meanwhile waits for it, with MariaDB only
# whoever wants to write to the same rows.
HELD_ALL, HELD_ROWS = 0.025, 0.1
# Seconds between transactions. SQLite's waiters look again after 1, 3, 8, 18, 33 ms: so they are in by then,
# whenever they came.
REST = 0.015


def counts_words(changed: int, skipped: int) -> str:
    """「更改 36 家，跳过 1 家」; without the second half when none was skipped."""
    return f"更改 {changed} 家" + (f"，跳过 {skipped} 家" if skipped else "")


def rest_words(total: int, done: int, stopped: bool) -> str:
    """What of the rows asked for was not done, as a sentence; empty when nothing is left over."""
    left = total - done
    if left <= 0:
        return ""
    return f"还有 {left} 家没有处理。" if stopped else f"另有 {left} 家开始后不再符合条件，没有更改。"


def next_chunk(rows: int, seconds: float, wanted: float) -> int:
    """How many rows the next transaction takes, when the last one took ``seconds`` for its rows.

    At most twice as many, so that one lucky chunk does not make a long one.
    """
    fitting = int(rows * wanted / max(seconds, wanted / 10))
    return max(SMALLEST_CHUNK, min(LARGEST_CHUNK, rows * 2, fitting))


def left_words(seconds: float, done: int, total: int) -> str:
    """「约 2 分钟」 that the rest will take at the pace so far; empty as long as that is not known."""
    if not done or seconds < 2:
        return ""
    left = seconds * max(0, total - done) / done
    return f"约 {max(1, round(left))} 秒" if left < 90 else f"约 {round(left / 60)} 分钟"
