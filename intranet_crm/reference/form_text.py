"""Lines and running text in forms: how they are cleaned, required and limited."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from wtforms import Form, StringField, TextAreaField
from wtforms.validators import StopValidation, ValidationError

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def line(text: str | None) -> str:
    """One line as it is stored: NFKC, trimmed, single spaces."""
    bare = CONTROLS.sub("", unicodedata.normalize("NFKC", text or ""))
    return " ".join(unicodedata.normalize("NFKC", bare).split())  # cleaned twice it stays the same


def sentence(text: str | None) -> str:
    """One line that is read and not looked up: its Chinese punctuation stays."""
    return " ".join(prose(text).split())


def prose(text: str | None) -> str:
    """Running text as it is stored: its Chinese punctuation and its paragraphs stay."""
    lines = CONTROLS.sub("", (text or "").replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", lines).strip()


class Required:
    """Something must have been typed; unlike DataRequired it keeps the error of a wrong value."""

    field_flags = {"required": True}

    def __init__(self, sentence: str = ""):
        self.sentence = sentence

    def __call__(self, form: Form, field: Any) -> None:
        if not any(str(value).strip() for value in field.raw_data or ()):
            raise StopValidation(self.sentence or f"请填写{field.label.text}。")


class AtMost:
    """A longest length told in a sentence, not by cutting off what is pasted."""

    def __init__(self, most: int):
        self.most = most

    def __call__(self, form: Form, field: Any) -> None:
        over = len(field.data or "") - self.most
        if over > 0:
            raise ValidationError(f"{field.label.text}最多{self.most}字，现在多出{over}字，请精简。")


def rules_of(required: bool, longest: int | None, more: Iterable[Any]) -> list[Any]:
    return [
        *([Required()] if required else []),
        *([AtMost(longest)] if longest else []),
        *more,
    ]


class TextRules:
    """What the text fields have in common: how they clean, and how long they may be."""

    clean: Callable[[str | None], str] = staticmethod(line)
    longest: int | None = None
    warning = ""

    def __init__(self, label: str, *more: Any, required: bool = False, longest: int | None = None, **options):
        super().__init__(label, rules_of(required, longest or self.longest, more), **options)

    def process_data(self, value: Any) -> None:
        self.data = value or ""

    def process_formdata(self, values: list[str]) -> None:
        if values:
            self.data = self.clean(values[0])


class LineField(TextRules, StringField):
    """A line of text: ``LineField("客户名称", required=True, longest=120)``."""

    longest = 200


class SentenceField(LineField):
    """A reason, a purpose, a remark in one line."""

    clean = staticmethod(sentence)


class ProseField(TextRules, TextAreaField):
    """Running text with paragraphs."""

    clean = staticmethod(prose)
    longest = 4000
