"""All knowledge of HTMX's headers."""

from urllib.parse import urlsplit

from flask import Response, make_response, render_template, request


def is_request() -> bool:
    """Whether to answer with a part of the page; restoring history wants the whole page."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def page_shown() -> str:
    """The address, within ours, of the page that asked; '' when it is not by HTMX."""
    shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    path = f"/{shown.path.lstrip('/')}" if shown.path else ""
    return f"{path}?{shown.query}" if shown.query else path


def message(sentence: str, status: int = 200, link: str = "") -> Response:
    """A sentence shown in the page's message area, wherever the request came from."""
    return into(render_template("errors/_message.html", sentence=sentence, link=link), "#messages", status)


def into(html: str, target: str, status: int) -> Response:
    """``html`` goes into the element of that selector, whatever the asking element had in mind."""
    response = make_response(html, status)
    response.headers["HX-Retarget"] = target
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def go_to(address: str) -> Response:
    """Sends the browser to another page, as a plain redirect or by HTMX."""
    if is_request():
        response = make_response("", 200)
        response.headers["HX-Redirect"] = address
        return response
    response = make_response("", 303)
    response.headers["Location"] = address
    return response


def push_address(answer: str, address: str) -> Response:
    """The address bar goes on to ``address``, rather than to the one with every blank field in it."""
    response = make_response(answer)
    response.headers["HX-Push-Url"] = address
    return response


def replace_address(response: Response, address: str) -> Response:
    """The address bar shows ``address`` after a part was swapped in."""
    response.headers["HX-Replace-Url"] = address
    return response
