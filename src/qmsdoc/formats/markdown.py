"""Markdown, for a comment at a pull request or the summary of a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.formats.forge import LIMIT, code, rows_within, short, text
from qmsdoc.formats.summary import plural, summary
from qmsdoc.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmsdoc.diagnostics import Diagnostic, Findings

_RESERVE = 1_000  # characters for what stands around the rows


def render(findings: Findings) -> str:
    """The counts, the open findings by severity, and the waived ones, which are folded."""
    return f"### qmsdoc validate\n\n{summary(findings)}\n{found(findings.diagnostics, LIMIT)}"


def found(diagnostics: Sequence[Diagnostic], room: int) -> str:
    """A table of the open findings and a folded one of the waived, in so many characters; empty where none is."""
    opened = sorted((d for d in diagnostics if not d.waiver), key=lambda d: d.severity.rank)
    waived = [d for d in diagnostics if d.waiver]
    written, room = "", room - _RESERVE
    if opened:
        most = room * 3 // 4 if waived else room  # so that waivers show beside ever so many findings
        written += f"\n{_table(('Severity', 'Place', 'Finding', 'Rule'), opened, most)}"
    if waived:
        columns = ("Severity", "Place", "Finding", "Rule", "Reason")
        folded = _table(columns, waived, room - len(written))
        written += (
            f"\n<details>\n<summary>{plural(len(waived), 'waived finding')}</summary>\n\n{folded}\n</details>\n"
        )
    return written


def _table(columns: Sequence[str], diagnostics: Sequence[Diagnostic], room: int) -> str:
    def left_out(number: int) -> str:
        return f"{plural(number, 'finding')} left out, for want of room; `qmsdoc validate` shows all."

    return rows_within(columns, [_cells(diagnostic) for diagnostic in diagnostics], room, left_out)


def _cells(diagnostic: Diagnostic) -> list[str]:
    place, waiver = diagnostic.location, diagnostic.waiver
    cells = [
        diagnostic.severity.value,
        code(f"{short(visible(place.path))}:{place.line}"),
        text(diagnostic.message),
        f"{diagnostic.code} {diagnostic.name}",
    ]
    if waiver:
        return [*cells, text(waiver.reason)]
    if diagnostic.hint:
        cells[2] += f"<br>{text(diagnostic.hint)}"
    return cells
