"""PDFs as answers: shown by the browser's own viewer, or kept as a file."""

from io import BytesIO
from pathlib import Path

from flask import Response, send_file

from intranet_crm.files import store
from intranet_crm.files.models import StoredFile

# The browser's own PDF viewer is a page with an <object> and a style of its own
VIEWER_CSP = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def pdf_made(content: bytes | Path, name: str, *, save: bool = False) -> Response:
    """A PDF made for this request or this person, so without an ETag. ``save``: as a download."""
    return _pdf(BytesIO(content) if isinstance(content, bytes) else content, name, save, etag=False)


def pdf_stored(file: StoredFile, name: str, *, save: bool = False) -> Response:
    """The stored bytes, checked on the way out; their SHA-256 is the ETag, for they never change."""
    return _pdf(BytesIO(store.read(file)), name, save, etag=file.sha256)


def _pdf(content: BytesIO | Path, name: str, save: bool, *, etag: str | bool) -> Response:
    response = send_file(content, "application/pdf", as_attachment=save, download_name=name, etag=etag)
    response.headers["Content-Security-Policy"] = VIEWER_CSP
    return response
