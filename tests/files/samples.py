"""Small true files of each kind that may be uploaded."""

import zipfile
from io import BytesIO

from werkzeug.datastructures import FileStorage

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 "
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
