"""Files that must not come in: each does harm, or cannot be used, in its own way."""

import struct
import zlib
from io import BytesIO
from random import Random

from PIL import Image

from tests.files.samples import PDF, PNG, pdf

SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
LAUNCH = b"<</S/Launch/F(calc.exe)>>"


def packed(plain: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    """A PDF with an object stream that holds ``plain``."""
    stream = zlib.compress(plain)
    head = b"9 0 obj\n<</Type/ObjStm/N 1/First 4/Filter%s/Length %d>>\nstream\n" % (filters, len(stream))
    return PDF.replace(b"trailer", head + stream + b"\nendstream\nendobj\ntrailer")


def encrypted() -> bytes:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    into = BytesIO()
    writer = copy_into_new_writer(PdfFileReader(BytesIO(whole())))
    writer.encrypt("verschlossen", "verschlossen")
    writer.write(into)
    return into.getvalue()


def whole(pages: int = 1, side: float = 595) -> bytes:
    """A real PDF of empty pages."""
    import pypdfium2

    made, into = pypdfium2.PdfDocument.new(), BytesIO()
    for _ in range(pages):
        made.new_page(side, 842).close()
    made.save(into)
    return into.getvalue()


def png(width: int, height: int) -> bytes:
    """A few bytes that claim to be so many pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def noise() -> bytes:
    into = BytesIO()
    Image.frombytes("L", (100, 100), Random(1).randbytes(10_000)).save(into, "PNG")
    return into.getvalue()


def jpeg(width: int, height: int) -> bytes:
    into = BytesIO()
    Image.new("L", (8, 8)).save(into, "JPEG")
    content = bytearray(into.getvalue())
    at = content.index(b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def tiff(width: int, height: int) -> bytes:
    into = BytesIO()
    Image.new("L", (8, 8)).save(into, "TIFF")
    content = bytearray(into.getvalue())
    offset = struct.unpack("<I", content[4:8])[0]
    for at in range(offset + 2, offset + 2 + 12 * struct.unpack("<H", content[offset : offset + 2])[0], 12):
        tag = struct.unpack("<H", content[at : at + 2])[0]
        if tag in (256, 257):
            content[at + 2 : at + 12] = struct.pack("<HII", 4, 1, width if tag == 256 else height)
    return bytes(content)


def flate_bomb(megabytes: int) -> bytes:
    """A page whose content, packed twice, unpacks to so much."""
    packer, total, nothing = zlib.compressobj(9), 1, bytes(2**20)
    piece = packer.compress(nothing) + packer.flush(zlib.Z_FULL_FLUSH)  # byte by byte the same from here on
    again = packer.compress(nothing) + packer.flush(zlib.Z_FULL_FLUSH)
    for _ in range(megabytes):
        total = zlib.adler32(nothing, total)
    once = piece + again * (megabytes - 1) + b"\x03\x00" + struct.pack(">I", total)
    stream = zlib.compress(once, 9)
    head = b"4 0 obj\n<</Filter[/FlateDecode/FlateDecode]/Length %d>>\nstream\n" % len(stream)
    page = PDF.replace(b"/MediaBox", b"/Contents 4 0 R/MediaBox")
    return page.replace(b"trailer", head + stream + b"\nendstream\nendobj\ntrailer")


def wide_picture() -> bytes:
    """A page with an image that claims 50,000 by 50,000 pixels."""
    stream = zlib.compress(bytes(1000))
    image = (
        b"5 0 obj\n<</Type/XObject/Subtype/Image/Width 50000/Height 50000/BitsPerComponent 8"
        b"/ColorSpace/DeviceGray/Filter/FlateDecode/Length %d>>\nstream\n" % len(stream)
    ) + stream
    draw = b"4 0 obj\n<</Length 30>>\nstream\nq 595 0 0 842 0 0 cm /I Do Q \nendstream\nendobj\n"
    page = PDF.replace(b"/MediaBox", b"/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>/MediaBox")
    return page.replace(b"trailer", draw + image + b"\nendstream\nendobj\ntrailer")


# name -> (file name, bytes, part of the sentence): kept out wherever files come in
EVERYWHERE = {
    "script when opened": ("a.pdf", pdf(b"/OpenAction" + SCRIPT), "有脚本"),
    "script under an escaped name": ("a.pdf", pdf(b"/OpenAction<</S/J#61vaScript/JS(x)>>"), "有脚本"),
    "script in an object stream": ("a.pdf", packed(b"7 0 " + SCRIPT), "有脚本"),
    "script in a stream packed twice": (
        "a.pdf", packed(b"7 0 " + SCRIPT, b"[/ASCII85Decode/FlateDecode]"), "有脚本",
    ),
    "program started": ("a.pdf", pdf(b"/OpenAction" + LAUNCH), "有脚本"),
    "encrypted": ("a.pdf", encrypted(), "口令"),
    "broken": ("a.pdf", b"%PDF-1.7 broken", "已损坏"),
    "cut off": ("a.pdf", whole(3)[:-400], "已损坏"),
    "png too wide": ("a.png", png(50_000, 50_000), "太大"),
    "jpeg too wide": ("a.jpg", jpeg(50_000, 50_000), "太大"),
    "cut off jpeg": ("a.jpg", b"\xff\xd8\xff broken", "已损坏"),
    "png cut off": ("a.png", noise()[:-5000], "已损坏"),
    "picture called pdf": ("a.pdf", PNG, "扩展名"),
    "page of the web called png": ("a.png", b"<!doctype html><script>x</script>", "a.png"),
    "nothing": ("a.pdf", b"", "空文件"),
    "program": ("a.exe", b"MZ", "a.exe"),
}  # fmt: skip
# only a scan's pages are looked at one by one
SCANS = EVERYWHERE | {
    "tiff too wide": ("a.tif", tiff(50_000, 50_000), "太大"),
    "no page": ("a.pdf", PDF.replace(b"[3 0 R]/Count 1", b"[]/Count 0"), "已损坏"),
    "ten thousand pages": (
        "a.pdf",
        PDF.replace(b"[3 0 R]/Count 1", b"[%s]/Count 10000" % (b"3 0 R " * 10_000)),
        "10000 页",
    ),
    "page as long as a street": ("a.pdf", whole(side=14_000), "A0"),
    "two gigabytes in a page": ("a.pdf", flate_bomb(2000), "无法处理"),
}
# what looks right at the door: the worker must live through it
TRAPS = {"a picture too wide in a page": wide_picture(), "much in a page": flate_bomb(200)}
