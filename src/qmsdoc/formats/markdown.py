r"""Markdown, for a comment at a pull request or the summary of a job.

Text from documents must make no mention, link, HTML or column. Forges look for mentions and links after Markdown
is read, so escaping is of no use: only plain words and numbers stand as they are, and all else is code, where none
of them looks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qmsdoc.formats.summary import plural, summary
from qmsdoc.formats.text import one_line
from qmsdoc.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmsdoc.diagnostics import Diagnostic, Findings

LIMIT = 65_000  # GitHub refuses a comment of more than 65,536 characters
_RESERVE = 1_000  # of them for what stands around the rows
_LONGEST = 400  # of one text, so that none takes the place of all others

_PIECE = re.compile(r"`([^`]+)`|([^\s`]+|`)|\s+")
_PLAIN = re.compile(
    r"""[("'“]?
        (?!.*www|[0-9a-f]{7})  # no host, and no name of a commit
        (?:[^\W\d_]+(?:['\u2019/-][^\W\d_]+)*|\d+(?:[.-]\d+)*)?  # a word or a number
        [)"'”.,:;?%…]*""",
    re.VERBOSE | re.IGNORECASE,
)


def render(findings: Findings) -> str:
    """The counts, the open findings by severity, and the waived ones, which are folded."""
    opened = sorted(findings.open, key=lambda d: d.severity.rank)
    waived = [d for d in findings.diagnostics if d.waiver]
    room = LIMIT - _RESERVE
    text = f"### qmsdoc validate\n\n{summary(findings)}\n"
    if opened:
        most = room * 3 // 4 if waived else room  # so that waivers show beside ever so many findings
        text += f"\n{_table(('Severity', 'Place', 'Finding', 'Rule'), opened, most)}"
    if waived:
        table = _table(("Severity", "Place", "Finding", "Rule", "Reason"), waived, room - len(text))
        text += f"\n<details>\n<summary>{plural(len(waived), 'waived finding')}</summary>\n\n{table}\n</details>\n"
    return text


def _table(columns: Sequence[str], diagnostics: Sequence[Diagnostic], room: int) -> str:
    """The rows for which there is room, and how many are left out."""
    lines = [_row(columns), _row(["---"] * len(columns))]
    for number, diagnostic in enumerate(diagnostics):
        row = _row(_cells(diagnostic))
        room -= len(row) + 1
        if room < 0:
            left = plural(len(diagnostics) - number, "finding")
            lines += ["", f"{left} left out, for want of room; `qmsdoc validate` shows all."]
            break
        lines.append(row)
    return "".join(f"{line}\n" for line in lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(diagnostic: Diagnostic) -> list[str]:
    place, waiver = diagnostic.location, diagnostic.waiver
    cells = [
        diagnostic.severity.value,
        _code(f"{_short(visible(place.path))}:{place.line}"),
        _text(diagnostic.message),
        f"{diagnostic.code} {diagnostic.name}",
    ]
    if waiver:
        return [*cells, _text(waiver.reason)]
    if diagnostic.hint:
        cells[2] += f"<br>{_text(diagnostic.hint)}"
    return cells


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _text(text: str) -> str:
    written = ""
    for match in _PIECE.finditer(_short(one_line(text))):
        quoted, word = match.groups()
        code = quoted or ("" if word and _PLAIN.fullmatch(word) else word)
        if code and written.endswith("`"):
            written += " "
        written += _code(code) if code else word or " "
    return written


def _code(text: str) -> str:
    """Code that nothing in it can end, neither a backtick nor, in a table, a pipe."""
    text = text.replace("\\|", "\\ |").replace("|", "\\|")  # `\\|` is read as one thing here, as another there
    longest = max(map(len, re.findall("`+", text)), default=0)
    return f"{'`' * (longest + 1)} {text} {'`' * (longest + 1)}" if longest else f"`{text}`"
