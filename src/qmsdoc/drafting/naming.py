"""The id and the file name of a new document."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qmsdoc.types.base import DocumentType

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa", "œ": "oe"})
LONGEST = 60  # characters of a title in a file name


def next_id(document_type: DocumentType, taken: Iterable[str]) -> str:
    """The id after the highest of its prefix: `SOP-016`. An id is never used twice, so gaps stay."""
    pattern = re.compile(rf"{document_type.prefix}-([0-9]{{1,9}})", re.ASCII)
    numbers = [int(match[1]) for match in map(pattern.fullmatch, taken) if match]
    return f"{document_type.prefix}-{max(numbers, default=0) + 1:03}"


def file_name(document_id: str, title: str) -> str:
    """The id and the title in plain letters: `SOP-016-cleaning-of-returned-devices.md`."""
    words = "-".join(re.findall(r"[a-z0-9]+", _plain(title).lower()))[:LONGEST].strip("-")
    return f"{document_id}-{words}.md" if words else f"{document_id}.md"


def attachment_name(name: str) -> str:
    """A file name that every system can hold: `Prüfbericht 4.PDF` becomes `pruefbericht-4.pdf`."""
    stem, dot, ending = _plain(name).rpartition(".")
    words = "-".join(re.findall(r"[A-Za-z0-9._]+", stem)).strip("-.")
    return f"{words}{dot}{ending.lower()}"


def _plain(text: str) -> str:
    letters = text.lower().translate(_UMLAUTS)
    return unicodedata.normalize("NFKD", letters).encode("ascii", "ignore").decode()
