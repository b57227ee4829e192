"""The characters that the fonts of the PDFs have; `scripts/build_glyphs.py` makes the data from the fonts."""

from __future__ import annotations

import json
from bisect import bisect_right
from functools import cache

from qmsdoc.resources import data


@cache
def _ranges() -> tuple[list[int], list[int]]:
    """First and last code points of the ranges, ascending."""
    ranges = json.loads(data("pdf", "glyphs.json").read_text(encoding="ascii"))
    return [first for first, _ in ranges], [last for _, last in ranges]


@cache
def has(character: str) -> bool:
    """Whether a shipped font can draw the character; blanks and line ends are never drawn."""
    if character in "\t\n\r":
        return True
    firsts, lasts = _ranges()
    at = bisect_right(firsts, ord(character)) - 1
    return at >= 0 and ord(character) <= lasts[at]
