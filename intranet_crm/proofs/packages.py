"""A package (信息包): records as files that open without the system and prove themselves.

``index.html`` searches, ``manifest-sha256.txt`` is what ``sha256sum -c`` reads, ``verify.py`` needs nothing
but Python's standard library; the package's own digest stands in our audit log.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from intranet_crm import audit_log, background, clock, documents
from intranet_crm.accounts.models import Person
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.archive.rules import file_system_name
from intranet_crm.database import database
from intranet_crm.errors import DomainError, NotAllowed
from intranet_crm.files import store
from intranet_crm.files.shelves import Shelf
from intranet_crm.keeping.models import archivist
from intranet_crm.proofs.checks import files_of, records_of_month
from intranet_crm.proofs.models import Package
from intranet_crm.signatures import authority

MOST = 2000
TEMPLATES = documents.TEMPLATES / "proofs" / "package"
shelf = Shelf(".zip", timedelta(days=7))


def ask(
    *, by: Person, purpose: str, month: date | None = None, records: Sequence[ArchiveRecord] = ()
) -> Package:
    """Ask the worker for the package of a month or of some records; raises NotAllowed, DomainError."""
    archivist(by)
    found = records_of_month(month) if month else records
    keys = [record.id for record in found if record.sheet_id is not None]
    if not keys:
        raise DomainError("没有可以导出的归档表：这个月没有，或已经销毁。")
    if len(keys) > MOST:
        raise DomainError(f"一个数据包最多 {MOST} 份，现在是 {len(keys)} 份，请分开导出。")
    with database.atomic():
        package = Package.create(
            by=by, at=clock.now(), purpose=purpose, month=f"{month:%Y-%m}" if month else "", keys=keys
        )
        audit_log.record(
            "导出档案数据包", by=by, kind="package", subject_id=package.id, title=purpose[:120],
            new={"records": len(keys), "month": package.month},
        )  # fmt: skip
        background.enqueue("proofs.package", package.id)
    return package


def make(package: Package) -> None:
    """Write the package's file, whole or not at all; the same package gives the same list of digests."""
    draft = shelf.path_of(package).with_suffix(".draft")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            _fill(archive, package)
    except DomainError as error:
        draft.unlink(missing_ok=True)
        Package.update(error=str(error)[:300]).where(Package.id == package.id).execute()
        return
    with draft.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    size = draft.stat().st_size
    os.replace(draft, shelf.path_of(package))
    with database.atomic():
        made = {"made_at": clock.now(), "size": size, "sha256": sha256}
        Package.update(**made).where(Package.id == package.id).execute()
        audit_log.record(
            "生成档案数据包", by=None, kind="package", subject_id=package.id, title=package.purpose[:120],
            new={"sha256": sha256, "size": size},
        )  # fmt: skip


def _fill(archive: zipfile.ZipFile, package: Package) -> None:
    digests, rows = {}, []
    for record in _records(package):
        folder = f"档案/{file_system_name(f'{record.number} {record.title}')}"
        names = {}
        for name, content in _contents(record):
            path = f"{folder}/{name}"
            archive.writestr(path, content, zipfile.ZIP_STORED if path.endswith(".pdf") else None)
            digests[path] = store.sha256_of(content)
            names[name] = path
        rows.append({"record": record, "files": names})
    extra = {
        "index.html": documents.filled(
            "proofs/package/index.html", rows=rows, package=package, about=f"{len(rows)} 份档案"
        ),
        "records.json": json.dumps([_row(each) for each in rows], ensure_ascii=False, indent=1),
        "签署CA.pem": authority.certificate_pem().decode(),
        "verify.py": (TEMPLATES / "verify.py.txt").read_text(encoding="utf-8"),
    }
    for name in ("README.txt", "search.js", "style.css"):
        extra[name] = (TEMPLATES / name).read_text(encoding="utf-8")
    for name, text in extra.items():
        archive.writestr(name, text.encode())
        digests[name] = store.sha256_of(text.encode())
    lines = "".join(f"{value}  {name}\n" for name, value in sorted(digests.items()))
    archive.writestr("manifest-sha256.txt", lines.encode())


def _records(package: Package) -> Iterator[ArchiveRecord]:
    for key in package.keys:  # one at a time: the frozen data of thousands would not fit
        record = ArchiveRecord.get_or_none(ArchiveRecord.id == key)
        if record and record.sheet_id is not None:
            yield record


def _contents(record: ArchiveRecord) -> Iterator[tuple[str, bytes]]:
    for each in files_of(record):
        yield each.file_name, store.read(each.file)
    yield "数据.json", record.snapshot.encode()


def _row(row: dict) -> dict:
    record = row["record"]
    return {
        "number": record.number,
        "title": record.title,
        "edition": record.form.edition,
        "customer": record.customer_name,
        "collected_on": record.collected_on.isoformat(),
        "digest": record.digest,
        "files": list(row["files"].values()),
    }


def note_download(package: Package, by: Person) -> None:
    """An audit row that somebody took the package out (U3); another archivist than who asked for it may."""
    audit_log.record(
        "下载档案数据包", by=by, kind="package", subject_id=package.id, title=package.purpose[:120],
        new={"sha256": package.sha256},
    )  # fmt: skip


def find_package(person: Person, key: int) -> Package | None:
    """Raises NotAllowed for whoever does not keep the archive."""
    try:
        archivist(person)
    except NotAllowed:
        return None
    return Package.select(Package, Person).join(Person).where(Package.id == key).first()
