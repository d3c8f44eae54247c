"""Stacks of scans coming in (P3): by upload or through the watched folder, read by the worker."""

import logging
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from peewee import IntegrityError

from intranet_crm import audit_log, background, clock, pages, pdf_safety
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import people_with_role
from intranet_crm.accounts.rules import Role
from intranet_crm.database import database
from intranet_crm.errors import DomainError
from intranet_crm.files import store
from intranet_crm.files.rules import clean_name
from intranet_crm.notices.models import notify
from intranet_crm.paper.filing import arrive
from intranet_crm.paper.models import ScanFile, ScanPage, ScanStack
from intranet_crm.paper.rules import FILED

log = logging.getLogger(__name__)

AT_ONCE = 5  # pages a transaction; the slowest five take less than the lease of a job
LARGEST = 200 * 1024 * 1024  # bytes a file: 200 pages in grey at 200 dpi have some 60 MB
MEDIA = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}
MEDIA |= {b"II*\x00": "image/tiff", b"MM\x00*": "image/tiff", b"RIFF": "image/webp"}
ENDINGS = {"pdf": "application/pdf", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png"}
ENDINGS |= {"tif": "image/tiff", "tiff": "image/tiff", "webp": "image/webp"}
HINT = "PDF，或 JPEG、PNG、TIFF、WebP 图片，每个不超过 200 MB、1000 页"
SETTLED_AFTER = timedelta(seconds=5)  # without a change: the copier has finished writing
GIVEN_UP_AFTER = timedelta(minutes=5)  # without a change of a file that breaks off: it never will
TAKEN_KEPT_FOR, REJECTED_KEPT_FOR = timedelta(days=7), timedelta(days=30)
LONGEST_NAME = 200  # bytes of UTF-8 before the ending: with a number and .txt it still is a name
SHOWN_FOR, MOST_SHOWN = timedelta(days=7), 10  # what was put aside
_folder: Path | None = None


class Scan(NamedTuple):
    """A file as it came in."""

    name: str
    content: bytes


class Rejected(NamedTuple):
    """A file of the watched folder that was not taken, and why."""

    name: str
    sentence: str
    at: datetime


def keep_in(folder: Path) -> None:
    """Set the watched folder; called once when the application connects."""
    global _folder
    _folder = folder
    for part in (folder, folder / "taken", folder / "rejected"):
        part.mkdir(exist_ok=True, mode=0o700)


def take_in(scans: Sequence[Scan], *, by: Person | None) -> ScanStack:
    """Keep the files as one stack and ask the worker to read it; ``by`` is None for the watched folder.

    Raises DomainError, naming the file, when one is unfit or has come in before; then none is kept.
    """
    kept = [(_checked(scan), scan) for scan in scans]
    with database.atomic():
        stack = ScanStack.create(by=by, at=clock.now(), pages=sum(pages for (_, pages), _ in kept))
        first = 0
        for (media, number), scan in kept:
            stored = store.keep(scan.content, media)
            name = clean_name(scan.name)
            if earlier := ScanFile.get_or_none(ScanFile.file == stored.id):
                if earlier.stack_id == stack.id:
                    raise DomainError(f"「{name}」和「{earlier.name}」是同一份扫描件，请去掉一个再上传。")
                raise DomainError(f"「{name}」已经在第 {earlier.stack_id} 叠里处理过，没有再收一次。")
            try:
                ScanFile.create(stack=stack, file=stored, name=name, first=first, pages=number)
            except IntegrityError:  # somebody was faster with the same file
                raise DomainError(f"「{name}」刚刚已经上传过，没有再收一次。") from None
            audit_log.record(
                "收到扫描件", by=by, kind="scan", subject_id=stack.id, title=name,
                new={"sha256": stored.sha256, "pages": number},
            )  # fmt: skip
            first += number
        background.enqueue("paper.read", stack.id)
    return stack


def _checked(scan: Scan) -> tuple[str, int]:
    """The media type and the number of pages."""
    name = clean_name(scan.name)
    if not scan.content:
        raise DomainError(f"「{name}」是空文件，请检查扫描仪后重新扫描。")
    media = next((media for magic, media in MEDIA.items() if scan.content.startswith(magic)), None)
    claimed = ENDINGS.get(name.rpartition(".")[2].lower())
    if media is None or claimed is None or len(scan.content) > LARGEST:
        raise DomainError(f"「{name}」不能作为扫描件接收，请上传{HINT}。")
    if media != claimed:
        raise DomainError(f"「{name}」的内容与扩展名不符，可能改过扩展名。请用扫描仪生成的原文件。")
    with NamedTemporaryFile(dir=_folder, prefix=".", suffix=".draft") as draft:  # never taken for a scan
        draft.write(scan.content)
        draft.flush()
        try:
            return media, pages.judged(Path(draft.name))
        except DomainError as error:
            raise DomainError(f"「{name}」：{error}") from None


def reading(stack: ScanStack) -> Iterator[int]:
    """Read what is still unread and put each page where it belongs; goes on where a killed worker stopped.

    A step is a few pages; says how many have been read.
    """
    while stack.read < stack.pages:
        file = _file_at(stack)
        first = stack.read - file.first
        number = min(AT_ONCE, file.pages - first)
        seen = pages.codes(store.path_of(file.file.sha256), first, number)
        with database.atomic():
            current = ScanStack.locked_by_id(stack.id)
            if current.read == stack.read:  # else another worker has read them meanwhile
                for at, page in enumerate(seen):
                    arrive(stack, file, stack.read + at, page)
                ScanStack.update(read=stack.read + number).where(ScanStack.id == stack.id).execute()
        stack = ScanStack.get_by_id(stack.id)
        yield stack.read
    _finish(stack)


def _file_at(stack: ScanStack) -> ScanFile:
    begun = (ScanFile.stack == stack.id) & (ScanFile.first <= stack.read)
    return ScanFile.select().where(begun).order_by(ScanFile.first.desc()).first()


def _finish(stack: ScanStack) -> None:
    unfinished = (ScanStack.id == stack.id) & ScanStack.done_at.is_null()
    with database.atomic():
        if not ScanStack.update(done_at=clock.now()).where(unfinished).execute():
            return
        in_stack = ScanPage.stack == stack.id
        left = ScanPage.select().where(in_stack & (ScanPage.state != FILED)).count()
        title = f"{stack.pages} 页扫描件已读完：归入 {stack.pages - left} 页"
        title += f"，{left} 页待处理" if left else ""
        told = [stack.by] if stack.by_id else people_with_role(Role.ARCHIVIST)
        for person in told:
            key = f"scan:{stack.id}:{person.id}"
            notify(person, title, key=key, address=f"/scans/{stack.id}", action=bool(left))


def _lying() -> list[Path]:
    return sorted(path for path in _folder.iterdir() if path.is_file() and not path.name.startswith("."))


def watch() -> int:
    """Take in what lies in the watched folder and is no longer being written; returns how many files came in.

    What is taken goes to ``taken``; what is unfit to ``rejected``, with the reason beside it.
    """
    quiet, patient = clock.now() - SETTLED_AFTER, clock.now() - GIVEN_UP_AFTER
    taken = 0
    for path in _lying():
        try:
            if clock.of_file(path) < (patient if _breaks_off(path) else quiet):
                taken += _took(path)
        except OSError:  # taken away meanwhile, or not ours to read: the others must not wait for it
            log.warning("%r cannot be read", path.name, exc_info=True)
    return taken


def _took(path: Path) -> bool:
    """Whether the file came in; else it lies in ``rejected``. Raises OSError."""
    try:
        if path.stat().st_size > LARGEST:
            raise DomainError(f"「{clean_name(path.name)}」超过 200 MB，请拆成几个文件。")
        take_in([Scan(path.name, path.read_bytes())], by=None)
    except DomainError as error:
        _reject(path, str(error))
        return False
    path.replace(_free("taken", path.name))
    return True


def _breaks_off(path: Path) -> bool:
    """Whether the file looks as if it were still coming: a slow copier pauses between the pages."""
    with path.open("rb") as file:
        start = file.read(5)
    return not start or (start == b"%PDF-" and not pdf_safety.ends(path))


def rejected(since: timedelta = SHOWN_FOR) -> list[Rejected]:
    """What was lately put aside from the watched folder, the newest first; ten at most."""
    files = [path for path in (_folder / "rejected").iterdir() if _note_on(path).exists()]
    notes = [(clock.of_file(_note_on(path)), _note_on(path)) for path in files]
    latest = sorted((pair for pair in notes if pair[0] > clock.now() - since), reverse=True)[:MOST_SHOWN]
    return [
        Rejected(clean_name(note.name.removesuffix(".txt")), note.read_text(encoding="utf-8").strip(), at)
        for at, note in latest
    ]


def unreadable() -> list[Rejected]:
    """What lies in the watched folder and is not ours to read: it waits until somebody lets us."""
    sentence = "系统没有读取这个文件的权限。请管理员改正它在服务器上的权限，之后会自动接收。"
    shut = [path for path in _lying() if not os.access(path, os.R_OK)]
    return [Rejected(clean_name(path.name), sentence, clock.of_file(path)) for path in shut[:MOST_SHOWN]]


def tidy() -> int:
    """Remove what has lain its time beside the watched folder, for it is full of personal data: what was
    taken is kept in the store, what was rejected has been told; returns how many files."""
    now, removed = clock.now(), 0
    for folder, term in (("taken", TAKEN_KEPT_FOR), ("rejected", REJECTED_KEPT_FOR), ("", REJECTED_KEPT_FOR)):
        for path in (_folder / folder).glob("*" if folder else ".*.draft"):
            if path.is_file() and _moved_at(path) < now - term:
                path.unlink(missing_ok=True)
                removed += 1
    log.info("%d files removed beside the watched folder", removed)
    return removed


def _moved_at(path: Path) -> datetime:
    """When the file got here: moving changes its state, while its content is as old as the copier says."""
    state = path.stat()
    return datetime.fromtimestamp(max(state.st_mtime, state.st_ctime), UTC).replace(tzinfo=None)


def _reject(path: Path, sentence: str) -> None:
    target = _free("rejected", path.name)
    _note_on(target).write_text(f"{sentence}\n", encoding="utf-8")
    path.replace(target)
    with database.atomic():
        for person in people_with_role(Role.ARCHIVIST):
            key = f"scan-rejected:{clock.now():%Y%m%d%H%M%S%f}:{person.id}"
            notify(person, f"扫描文件没有接收：{sentence}", key=key, address="/scans", action=True)


def _note_on(path: Path) -> Path:
    """Where the reason lies, beside the file."""
    return path.with_name(f"{path.name}.txt")


def _free(folder: str, name: str) -> Path:
    """Where a file of that name can lie beside the others: a name for people, and not taken yet."""
    stem, dot, ending = clean_name(name).rpartition(".")
    if not stem or len(ending) > 8:
        stem, dot, ending = stem + dot + ending, "", ""
    stem = stem.encode()[:LONGEST_NAME].decode(errors="ignore")
    tried, number = _folder / folder / f"{stem}{dot}{ending}", 1
    while tried.exists():
        number += 1
        tried = tried.with_name(f"{stem}-{number}{dot}{ending}")
    return tried
