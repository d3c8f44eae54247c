"""Headers, cookies and CSRF: what every answer carries."""

from collections.abc import Callable

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect
from wtforms.meta import DefaultMeta

from intranet_crm.config import Settings

csrf = CSRFProtect()
LARGEST_TEXT = 2 * 1024 * 1024  # bytes of a form without files

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'; "
    "manifest-src 'self'"
)


def takes_up_to(size: int) -> Callable[[Callable], Callable]:
    """Lets a route be sent so many bytes; the outermost mark."""

    def mark(view: Callable) -> Callable:
        view.largest_body = size
        return view

    return mark


def init(app: Flask, settings: Settings) -> None:
    app.config.update(
        SESSION_COOKIE_NAME="crm",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open all day
        WTF_CSRF_SSL_STRICT=settings.secure,
        WTF_I18N_ENABLED=False,  # no Flask-Babel: WTForms' own sentences, in Chinese
        MAX_CONTENT_LENGTH=32 * 1024 * 1024,
    )

    @app.before_request
    def limit_body() -> None:  # files come as multipart; text alone is read whole, before anything is known
        if request.mimetype == "application/x-www-form-urlencoded":
            request.max_content_length = LARGEST_TEXT
        elif largest := getattr(app.view_functions.get(request.endpoint), "largest_body", None):
            request.max_content_length = largest

    DefaultMeta.locales = ("zh",)
    csrf.init_app(app)

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CSP)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "SAMEORIGIN"
        headers["Referrer-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if request.endpoint != "static":
            if not response.cache_control.private:  # asked for anew each time: allowed and logged
                headers["Cache-Control"] = "private, no-cache" if "ETag" in headers else "no-store"
            response.vary.add("HX-Request")
        if settings.secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
