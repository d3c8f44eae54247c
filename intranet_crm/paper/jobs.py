"""What the worker does with paper: print runs, scanned stacks, bound signed copies, the watched folder."""

from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.background import each_day, each_minute, in_turns, job
from intranet_crm.paper import filing, prints, stacks
from intranet_crm.paper.models import PrintRun, ScanStack

READ = "paper.read"


@job("paper.print")
def make_print(run_id: int) -> None:
    run = PrintRun.get_or_none(PrintRun.id == run_id)
    if run and run.made_at is None:
        prints.make(run)


@job(READ)
def read_stack(stack_id: int) -> None:
    stack = ScanStack.get_or_none(ScanStack.id == stack_id)
    if stack and stack.done_at is None:
        in_turns(READ, stack_id, stacks.reading(stack))


@job("paper.bind")
def bind_copy(record_id: int) -> None:
    record = ArchiveRecord.get_or_none(ArchiveRecord.id == record_id)
    if record:
        filing.bind(record)


@each_minute
def watch_folder() -> None:
    stacks.watch()
    prints.shelf.tidy()


@each_day("paper.tidy")
def tidy_folder(_day: int) -> None:
    stacks.tidy()
