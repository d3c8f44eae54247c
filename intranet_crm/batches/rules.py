"""The words of batches; no Flask, no Peewee."""

CHANGED, SKIPPED = "changed", "skipped"


def counts_words(changed: int, skipped: int) -> str:
    """「更改 36 家，跳过 1 家」; without the second half when none was skipped."""
    return f"更改 {changed} 家" + (f"，跳过 {skipped} 家" if skipped else "")


def share_done(done: int, total: int) -> int:
    """Percent, 100 only when all is done."""
    return min(99, done * 100 // total) if total and done < total else 100
