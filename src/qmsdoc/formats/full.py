"""The default for people: the finding, its source line with a caret, help, clause."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from qmsdoc.formats.text import COLORS, paint
from qmsdoc.visible import visible

if TYPE_CHECKING:
    from qmsdoc.diagnostics import Diagnostic, Findings

_WIDTH = 160  # columns of source shown around the place
_WIDE = frozenset("WF")


def render(findings: Findings, *, color: bool = False) -> str:
    """All open findings; each waived one on a line of its own with its reason."""
    blocks = [_block(d, color=color) for d in findings.open]
    blocks += [_waived(d, color=color) for d in findings.diagnostics if d.waiver]
    return "\n".join(blocks)


def _block(diagnostic: Diagnostic, *, color: bool) -> str:
    place, style = diagnostic.location, f"1;{COLORS[diagnostic.severity]}"
    head = f"{diagnostic.severity.value}[{diagnostic.code} {diagnostic.name}]"
    margin = " " * len(str(place.line))

    def edge(text: str) -> str:
        return paint(text, "34", color=color)

    lines = [
        f"{paint(head, style, color=color)}: {paint(visible(diagnostic.message), '1', color=color)}",
        f"{margin}{edge('-->')} {visible(place.path)}:{place.line}:{place.column}",
    ]
    if diagnostic.excerpt:
        source, caret = _excerpt(diagnostic)
        lines += [
            f"{margin} {edge('|')}",
            f"{edge(f'{place.line} |')} {source}",
            f"{margin} {edge('|')} {paint(caret, style, color=color)}",
        ]
    if diagnostic.hint:
        lines.append(f"{margin} {edge('=')} help: {visible(diagnostic.hint)}")
    clauses = f"clause: {', '.join(diagnostic.clauses)} · " if diagnostic.clauses else ""
    lines.append(f"{margin} {edge('=')} {clauses}more: qmsdoc rule {diagnostic.code}")
    return "\n".join(lines) + "\n"


def _waived(diagnostic: Diagnostic, *, color: bool) -> str:
    waiver, place = diagnostic.waiver, diagnostic.location
    reason = visible(waiver.reason) if waiver else ""
    head = paint(f"waived[{diagnostic.code} {diagnostic.name}]", "2", color=color)
    where = f"{visible(place.path)}:{place.line}:{place.column}"
    return f"{head}: {visible(diagnostic.message)}\n --> {where}\n  = reason: {reason}\n"


def _excerpt(diagnostic: Diagnostic) -> tuple[str, str]:
    """The source line around the place, and the caret below it."""
    place, text = diagnostic.location, diagnostic.excerpt
    start = min(place.column - 1, len(text))
    end = min(max(place.end_column - 1, start + 1), max(len(text), start + 1))
    first = max(0, start - _WIDTH // 2) if len(text) > _WIDTH else 0
    last = first + _WIDTH
    shown = visible(text[first:last])
    before = _width(visible(text[first:start]))
    marked = max(1, _width(visible(text[start : min(end, last)])))
    return shown.rstrip(), " " * before + "^" * marked


def _width(text: str) -> int:
    """Columns in a terminal: wide characters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in _WIDE else 1
        for char in text
    )
