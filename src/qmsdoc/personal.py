"""What looks like contact data, a birth or the name of a person, in text that git would never forget."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import MOST_FINDINGS
from qmsdoc.places import Cursor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.diagnostics import Span

# What is looked for, and texts without one of which it cannot be there: those are found in a tenth of the time.
PATTERNS = (
    # `git@host.example:owner/name` is where a repository lies.
    ("an e-mail address", ("@",), re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.(?>[\w.-]*\w)(?!:[\w~/.-])")),
    (
        "a telephone number",
        ("+", "00"),
        # `0012345678` is a lot or a serial number; `0049 421 123456` is not.
        re.compile(
            r"(?<![\w.-])(?:\+[1-9][0-9]{0,2}|00[1-9][0-9]{0,2}[ (/-])(?:[ ()/-]{0,2}[0-9]){7,12}(?![\w-])"
        ),
    ),
    (
        "a date of birth",
        ("*", "born", "date of b", "dob", "geb."),
        re.compile(
            # A star stands for "born" within a line; in front of it, it makes a list, and a pair makes emphasis.
            r"(?i)(?:\b(?:born|date of birth|dob|geb\.)\s*+:?|(?<=[^\s*>+-] )\*|(?<=[\w(,;])\*(?=[0-9]))\s*+"
            r"(?:[0-9]{4}[-./][0-9]{1,2}[-./][0-9]{1,2}|[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{2,4})(?![*0-9])"
        ),
    ),
    (
        "a name",
        ("mr", "ms", "miss", "herr", "frau", "mme"),
        re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Herr|Herrn|Frau|Mme)\.? [A-ZÄÖÜ]\w+(?:[ -][A-ZÄÖÜ]\w+)*"),
    ),
)


def looks_like(text: str) -> str:
    """What is found in a text, or an empty text."""
    return next((what for what, pattern in _likely(text) if pattern.search(text)), "")


def places(text: str, first_line: int) -> Iterator[tuple[str, Span]]:
    """What is found, with its place, and of each kind no more than is told; `first_line` is that of the text."""
    for what, pattern in _likely(text):
        cursor = Cursor(text, first_line)
        for match in islice(pattern.finditer(text), MOST_FINDINGS + 1):
            yield what, cursor.span(*match.span())


def _likely(text: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The patterns of which a text holds at least what they cannot do without."""
    lower = text.lower()
    for what, needed, pattern in PATTERNS:
        if any(word in lower for word in needed):
            yield what, pattern
