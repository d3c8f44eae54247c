"""Stacks of scans coming in (P3): by upload or through the watched folder, read by the worker."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from peewee import IntegrityError

from intranet_crm import audit_log, background, clock, pages
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

AT_ONCE = 10  # pages a transaction
LARGEST = 200 * 1024 * 1024  # bytes a file: 200 pages in grey at 200 dpi have some 60 MB
MEDIA = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}
MEDIA |= {b"II*\x00": "image/tiff", b"MM\x00*": "image/tiff", b"RIFF": "image/webp"}
ENDINGS = {"pdf": "application/pdf", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png"}
ENDINGS |= {"tif": "image/tiff", "tiff": "image/tiff", "webp": "image/webp"}
HINT = "PDF，或 JPEG、PNG、TIFF、WebP 图片，每个不超过 200 MB、1000 页"
SETTLED_AFTER = timedelta(seconds=5)  # without a change: the copier has finished writing
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
    draft = _folder / f".{id(scan)}"
    draft.write_bytes(scan.content)
    try:
        return media, pages.judged(draft)
    except DomainError as error:
        raise DomainError(f"「{name}」：{error}") from None
    finally:
        draft.unlink()


def read(stack: ScanStack) -> None:
    """Read what is still unread and put each page where it belongs; goes on where a killed worker stopped."""
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


def watch() -> int:
    """Take in what lies in the watched folder and is no longer being written; returns how many files came in.

    What is taken goes to ``taken``; what is unfit to ``rejected``, with the reason beside it.
    """
    quiet = clock.now() - SETTLED_AFTER
    found = sorted(path for path in _folder.iterdir() if path.is_file() and not path.name.startswith("."))
    taken = 0
    for path in found:
        if clock.of_file(path) > quiet:
            continue
        try:
            if path.stat().st_size > LARGEST:
                raise DomainError(f"「{path.name}」超过 200 MB，请拆成几个文件。")
            take_in([Scan(path.name, path.read_bytes())], by=None)
        except DomainError as error:
            _reject(path, str(error))
        except OSError:  # taken away meanwhile, or not ours to read: the others must not wait for it
            log.exception("%s cannot be read", path.name)
        else:
            path.replace(_free(_folder / "taken" / path.name))
            taken += 1
    return taken


def rejected(since: timedelta = SHOWN_FOR) -> list[Rejected]:
    """What was lately put aside from the watched folder, the newest first; ten at most."""
    files = [path for path in (_folder / "rejected").iterdir() if _note_on(path).exists()]
    notes = [(clock.of_file(_note_on(path)), _note_on(path)) for path in files]
    latest = sorted((pair for pair in notes if pair[0] > clock.now() - since), reverse=True)[:MOST_SHOWN]
    return [
        Rejected(note.name.removesuffix(".txt"), note.read_text(encoding="utf-8").strip(), at)
        for at, note in latest
    ]


def _reject(path: Path, sentence: str) -> None:
    target = _free(_folder / "rejected" / path.name)
    _note_on(target).write_text(f"{sentence}\n", encoding="utf-8")
    path.replace(target)
    with database.atomic():
        for person in people_with_role(Role.ARCHIVIST):
            key = f"scan-rejected:{target.name}:{clock.now():%Y%m%d%H%M%S}:{person.id}"
            notify(person, f"扫描文件没有接收：{sentence}", key=key[:120], address="/scans", action=True)


def _note_on(path: Path) -> Path:
    """Where the reason lies, beside the file."""
    return path.with_name(f"{path.name}.txt")


def _free(path: Path) -> Path:
    """A name that is not taken yet in the same folder."""
    tried, number = path, 1
    while tried.exists():
        number += 1
        tried = path.with_stem(f"{path.stem}-{number}")
    return tried
