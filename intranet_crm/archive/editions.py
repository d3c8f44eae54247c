"""Whether the records of a form's versions hang together: each names the one before and its digest (O6)."""

import json

from intranet_crm.archive.models import ArchiveRecord


def chain_fault(record: ArchiveRecord) -> str:
    """What is wrong between a record and that of the version before it, as a sentence; '' when it is whole.

    A destroyed earlier record keeps its digest. What the record itself froze, its own digest covers.
    """
    form = record.form
    if form.amends_id is None or not record.snapshot:
        return ""
    said = _earlier(record.snapshot)
    before = form.amends.edition_words
    if said is None:
        return f"数据里没有写明{before}"
    found = ArchiveRecord.get_or_none(ArchiveRecord.number == said.get("record"))
    if found is None or found.form_id != form.amends_id:
        return f"{before}的档案 {said.get('record')} 不存在"
    return "" if found.digest == said.get("digest") else f"{before}的档案 {found.number} 与本版写明的摘要不符"


def _earlier(snapshot: str) -> dict | None:
    try:
        return json.loads(snapshot)["edition"]["earlier"]
    except (ValueError, KeyError, TypeError):
        return None
