"""Small true files of each kind that may be uploaded."""

import zipfile
from io import BytesIO

from PIL import Image
from werkzeug.datastructures import FileStorage


def pdf(more: bytes = b"") -> bytes:
    """One empty page; ``more`` stands in the catalogue."""
    return (
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R" + more + b">>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\n"
        b"trailer\n<</Root 1 0 R>>\n%%EOF\n"
    )


def picture(format: str) -> bytes:
    content = BytesIO()
    Image.new("L", (4, 4), 200).save(content, format)
    return content.getvalue()


PDF = pdf()
PNG, JPEG, WEBP = picture("PNG"), picture("JPEG"), picture("WEBP")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 8
DOC = OLE + "WordDocument".encode("utf-16-le")
XLS = OLE + "Workbook".encode("utf-16-le")
PPT = OLE + "PowerPoint Document".encode("utf-16-le")
TEXT = "会议纪要：客户要求二月前上线。\r\n".encode()


def office(*parts: str) -> bytes:
    """An OOXML package with these parts."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        for part in ("[Content_Types].xml", *parts):
            package.writestr(part, "<x/>")
    return content.getvalue()


DOCX = office("word/document.xml")
XLSX = office("xl/workbook.xml")
PPTX = office("ppt/presentation.xml")


def upload(name: str, content: bytes) -> FileStorage:
    """A file as a form posts it."""
    return FileStorage(BytesIO(content), filename=name)
