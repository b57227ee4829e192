"""What the formats that people read have in common."""

from __future__ import annotations

from qmsdoc.diagnostics import Severity
from qmsdoc.visible import visible

COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}


def one_line(text: str) -> str:
    """The text on one line, with nothing in it that cannot be seen."""
    return visible(" ".join(text.split()))


def paint(text: str, style: str, *, color: bool) -> str:
    """The text in a style of the terminal, or as it is."""
    return f"\x1b[{style}m{text}\x1b[0m" if color else text
