"""What looks like contact data, a birth or the name of a person, in text that git would never forget."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

# What is looked for, and texts without one of which it cannot be there: those are found in a tenth of the time.
PATTERNS = (
    ("an e-mail address", ("@",), re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")),
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
            r"(?i)(?:\b(?:born|date of birth|dob|geb\.)|\*)\s*:?\s*[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}"
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
    """Everything that is found, with its place; `first_line` is that of the text in its file."""
    for what, pattern in _likely(text):
        for match in pattern.finditer(text):
            line = first_line + text.count("\n", 0, match.start())
            column = match.start() - text.rfind("\n", 0, match.start())
            yield what, Span(line, column, column + len(match[0]))


def _likely(text: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The patterns of which a text holds at least what they cannot do without."""
    lower = text.lower()
    for what, needed, pattern in PATTERNS:
        if any(word in lower for word in needed):
            yield what, pattern
