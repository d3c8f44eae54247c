"""What a form posts when nothing in it is changed, read from the page as a browser reads it."""

from html.parser import HTMLParser


def fields_of(page: str) -> dict[str, str]:
    """The fields of the form that posts to the page's own address, as they are filled in."""
    reader = _Reader()
    reader.feed(page)
    return reader.fields


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._inside, self._select, self._prose = False, "", ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        name = given.get("name", "")
        if tag == "form":
            self._inside = given.get("method") == "post" and "action" not in given
        elif not self._inside:
            return
        elif (
            tag == "input" and name and (given.get("type") not in ("radio", "checkbox") or "checked" in given)
        ):
            self.fields[name] = given.get("value", "")
        elif tag == "textarea":
            self._prose, self.fields[name] = name, ""
        elif tag == "select":
            self._select, self.fields[name] = name, ""
        elif tag == "option" and "selected" in given:
            self.fields[self._select] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._prose:
            self.fields[self._prose] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._prose = ""
        elif tag == "form":
            self._inside = False
