"""Headings and links of a plain body without the parser: exact where it answers, silent where it cannot be sure.

Most time of a check would go into turning parser events into Python objects. Most procedures hold nothing
that makes Markdown ambiguous line by line; for those, headings and links can be read by a few searches. Anything
else (raw HTML, fences, indented code, footnotes, escapes, nested headings, brackets that are no simple link …) is
left to the parser. A test holds both readers equal.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

# Characters and pairs that may begin something which only the parser can judge.
_NEVER = ("<", "\\", "~~~", "\0", "\r")
_entity = re.compile(r"&#?\w+;").search
# Lines that may be indented code, an underlined heading, or a heading inside a list or a quotation.
_PREFIX = r"[>+*\-0-9.)\t ]"
_hazard = re.compile(rf"\n(?:{_PREFIX}*(?:\t| {{4}}|=+[ \t]*(?=\n|\Z)|-+[ \t]*(?=\n|\Z))|{_PREFIX}+#)").search
_heading = re.compile(r"\n(#{1,6})([ \t][^\n]*|(?=\n|\Z))").finditer
_marked_up = re.compile(r"[\[\]`*_~#]").search
_link = re.compile(r"\[([^\[\]\n|`*_~&!]*)\]\(([^\s()|&`]*)\)").finditer
_code_span = re.compile(r"`[^`\n\[\]|]+`").sub


def is_plain(text: str) -> bool:
    """Whether headings and links of a body can be read line by line; `text` begins with a line feed."""
    if any(mark in text for mark in _NEVER) or _hazard(text) or ("&" in text and _entity(text)):
        return False
    # Every backtick belongs to a code span on one line that holds no bracket.
    return "`" not in text or "`" not in _code_span("", text)


def headings(text: str, first_line: int) -> Iterator[tuple[int, str, Span]] | None:
    """Level, text and place of each heading of a plain body; None where one has markup of its own."""
    found = []
    line, at = first_line, 0
    for match in _heading(text):
        title = match[2].strip()
        if _marked_up(title):
            return None
        start = match.start() + 1
        line += text.count("\n", at, start) - (not at)
        at = start
        found.append((len(match[1]), title, Span(line, 1, match.end() - start + 1)))
    return iter(found)


def links(text: str, first_line: int) -> Iterator[tuple[str, str, Span, bool]] | None:
    """Target, text, place and whether it is an image, of each link; None where a bracket is anything else."""
    matches = list(_link(text))
    if text.count("[") != len(matches) or text.count("]") != len(matches):
        return None
    found = []
    line, at = first_line, 0
    for match in matches:
        image = text[match.start() - 1] == "!"
        start = match.start() - image
        line += text.count("\n", at, start) - (not at)
        at = start
        column = start - text.rfind("\n", 0, start)
        found.append((match[2], match[1], Span(line, column, column + match.end() - start), image))
    return iter(found)
