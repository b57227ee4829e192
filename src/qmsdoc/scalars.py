"""Scalar values of front matter and table cells: one spelling each, read from text.

YAML and pydantic both convert in silence (`010` becomes 8, `1.0` becomes 1, `off` becomes False);
in a quality record that changes meaning. Here a value is written one way or refused in plain words.
Every reader takes the text as written and raises ValueError with a message for the author.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

INTEGER = r"0|[1-9][0-9]{0,8}"
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
DOCUMENT_ID = r"[A-Z][A-Z0-9]{1,9}(-[A-Z0-9]{1,16}){1,3}"
KEY = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
EXTERNAL_KEY = r"[a-z][a-z0-9-]*:[A-Za-z0-9][A-Za-z0-9._/-]*"
ATTACHMENT_TYPES = "csv|docx|drawio|dxf|gif|jpeg|jpg|json|odt|ods|pdf|png|pptx|step|stl|svg|txt|webp|xlsx|xml|zip"
FILE_NAME = rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,120}}\.({ATTACHMENT_TYPES})"

_heading_number = re.compile(r"\A[0-9]++(?:\.[0-9]++)*+[.)]?[ ](?=[^\W\d])")  # `7.`, `7.1`, `7)` before a word
_integer = re.compile(INTEGER, re.ASCII).fullmatch
_date = re.compile(DATE, re.ASCII).fullmatch
_document_id = re.compile(DOCUMENT_ID, re.ASCII).fullmatch
_id_in_name = re.compile(DOCUMENT_ID, re.ASCII).match
_key = re.compile(KEY, re.ASCII).fullmatch
_file_name = re.compile(FILE_NAME, re.ASCII).fullmatch
_external_key = re.compile(EXTERNAL_KEY, re.ASCII).fullmatch
_not_applicable = re.compile(r"n/a(?:\s*\((?P<reason>.*)\))?", re.ASCII | re.DOTALL).fullmatch

# Names that Windows keeps for devices, with any extension.
_WINDOWS_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL"} | {f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10)}
)


def read_integer(text: str) -> int:
    """A whole number without sign, leading zeros or separators: `0`, `24`."""
    if not _integer(text):
        raise ValueError(f"`{text}` is not a whole number; write it as `0` or `24`")
    return int(text)


def read_date(text: str) -> date:
    """A calendar day as ISO 8601 `YYYY-MM-DD`."""
    if not _date(text):
        raise ValueError(f"`{text}` is not a date; write it as `YYYY-MM-DD`")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text}` is not a day in the calendar") from None


def read_boolean(text: str) -> bool:
    """`true` or `false`."""
    if text not in {"true", "false"}:
        raise ValueError(f"`{text}` is neither `true` nor `false`")
    return text == "true"


def read_document_id(text: str) -> str:
    """An id such as `SOP-014`: capitals, digits and hyphens, safe as a file name on every system."""
    if not _document_id(text):
        raise ValueError(f"`{text}` is not a document id; write it as `SOP-014`")
    if text.partition("-")[0] in _WINDOWS_DEVICES:
        raise ValueError(f"`{text}` cannot be a file name on Windows")
    return text


def read_key(text: str) -> str:
    """A role, person or other key: lower-case words joined by hyphens, such as `quality-manager`."""
    if not _key(text):
        raise ValueError(f"`{text}` is not a key; write lower-case words joined by hyphens, `quality-manager`")
    return text


def read_file_name(text: str) -> str:
    """The name of an attached file: plain letters, digits, `.`, `_`, `-`, and an allowed extension."""
    if not _file_name(text):
        raise ValueError(
            f"`{text}` cannot be attached; use letters, digits, `.`, `_` and `-`, "
            f"and one of the types {ATTACHMENT_TYPES.replace('|', ', ')}"
        )
    return text


def read_external_key(text: str) -> str:
    """A pointer into another system, `crm:4711`: what must be forgotten is kept there, not in git."""
    if not _external_key(text):
        raise ValueError(f"`{text}` is not a key of another system; write it as `crm:4711`")
    return text


def read_text(text: str) -> str:
    """Free text on one line, never empty."""
    if not text.strip():
        raise ValueError("the text is empty")
    if "\n" in text:
        raise ValueError("the text has more than one line; details belong in the body")
    return text.strip()


def read_not_applicable(text: str) -> str | None:
    """The reason in `n/a (reason)`, or None when the text is something else.

    Raises ValueError for `n/a` without a reason: absent means not yet, n/a means decided.
    """
    match = _not_applicable(text)
    if not match:
        return None
    reason = (match["reason"] or "").strip()
    if not reason:
        raise ValueError("`n/a` needs its reason: `n/a (reason)`")
    return reason


@lru_cache(4096)  # every document of a type has the same headings
def folded(text: str) -> str:
    """A heading or a column header for comparison: case and kinds of blanks aside (Word types U+00A0)."""
    return " ".join(text.split()).casefold()


def section_name(heading: str) -> str:
    """A heading for comparison with the sections of a type, without its number: `7.1 Records:` is `Records`."""
    return _heading_number.sub("", folded(heading), count=1).rstrip(": ")


def id_from_name(path: str) -> str:
    """The id that a file name claims by its beginning, or an empty text."""
    name = path.rpartition("/")[2].removesuffix(".md")
    match = _id_in_name(name)
    if not match:
        return ""
    # In `SOP-001-Control` the pattern has taken the first capital of a word.
    if not name[match.end() :][:1].isalnum():
        return match[0]
    shorter = match[0].rpartition("-")[0]
    return shorter if _document_id(shorter) else ""


def is_sha256(value: object) -> bool:
    """Whether a value is a SHA-256 in hexadecimal digits."""
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value, re.ASCII) is not None
