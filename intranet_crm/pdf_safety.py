"""Whether a PDF from outside does something by itself: looked for in its bytes, without opening it.

Objects lie in the file as they are or packed into object streams; both are read. A name may be written with
escapes (``/J#61vaScript``). A packing that we cannot look into is as bad as what it may hide. Files carried
along do nothing by themselves: electronic invoices carry their data, and so do our own sheets.
"""

import mmap
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

ACTIVE = (
    "JavaScript",
    "Launch",
    "RichMedia",
    "SubmitForm",
    "ImportData",
    "GoToE",
)
LARGEST_PACKED = 32 * 2**20  # bytes of one object stream, unpacked
TAIL = 2048  # bytes in which the end mark must stand


def _name(word: str) -> bytes:
    """A pattern for the name, each character as it is or escaped."""
    characters = (f"(?:{each}|#{ord(each):02x}|#{ord(each):02X})" for each in word)
    return f"/{''.join(characters)}(?![A-Za-z])".encode()


_ACTIVE = re.compile(b"|".join(map(_name, ACTIVE)))
_PACKED = re.compile(_name("ObjStm"))
_FILTER = re.compile(rb"/Filter\s*(?:/(\w+)|\[\s*/(\w+)\s*\]|\[)")  # the name of the only one, if it is
_STREAM = re.compile(rb"stream\r?\n")


def ends(path: Path | str) -> bool:
    """Whether the file has its end mark: one cut off in the middle has not."""
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - TAIL))
        return b"%%EOF" in file.read()


def acts(path: Path | str) -> bool:
    """Whether the PDF holds scripts or starts programs, or may hide that it does."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if _ACTIVE.search(content):
            return True
        return any(part is None or _ACTIVE.search(part) for part in _unpacked(content))


def _unpacked(content: mmap.mmap) -> Iterator[bytes | None]:
    """Each object stream as it was before packing; None for one that cannot be unpacked."""
    for found in _PACKED.finditer(content):
        begins = content.rfind(b"obj", 0, found.start())
        stream = _STREAM.search(content, found.end())
        if stream is None or begins < 0:
            continue  # the word alone, in no object
        filters = _FILTER.search(content[begins : stream.start()])
        if filters is None:
            yield content[stream.end() : content.find(b"endstream", stream.end())]
        elif b"FlateDecode" in filters.groups():
            yield _inflated(content, stream.end())
        else:
            yield None


def _inflated(content: mmap.mmap, begins: int) -> bytes | None:
    packer = zlib.decompressobj()
    try:
        plain = packer.decompress(content[begins : content.find(b"endstream", begins)], LARGEST_PACKED)
    except zlib.error:
        return None
    return None if packer.unconsumed_tail else plain
