r"""Markdown for a comment, an issue or the summary of a job on a forge.

Text from documents must make no mention, link, HTML or column. Forges look for mentions and links after Markdown
is read, so escaping is of no use: only plain words and numbers stand as they are, and all else is code, where none
of them looks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qmsdoc.formats.summary import plural
from qmsdoc.formats.text import one_line
from qmsdoc.views.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qmsdoc.views.table import Cell, Table

LIMIT = 65_000  # GitHub refuses a comment of more than 65,536 characters
_LONGEST = 400  # of one text, so that none takes the place of all others
_AROUND = 400  # characters of a heading, the head of a table, and the line about rows that are left out

_PIECE = re.compile(r"`([^`]+)`|([^\s`]+|`)|\s+")
_PLAIN = re.compile(
    r"""[("'“]?
        (?!.*www|[0-9a-f]{7})  # no host, and no name of a commit
        (?:[^\W\d_]+(?:['\u2019/-][^\W\d_]+)*|\d+(?:[.-]\d+)*)?  # a word or a number
        [)"'”.,:;?%…]*""",
    re.VERBOSE | re.IGNORECASE,
)


def text(said: str) -> str:
    """What a document says, on one line, as words and code."""
    written = ""
    for match in _PIECE.finditer(short(one_line(said))):
        quoted, word = match.groups()
        quoted = quoted or ("" if word and _PLAIN.fullmatch(word) else word)
        if quoted and written.endswith("`"):
            written += " "
        written += code(quoted) if quoted else word or " "
    return written


def code(said: str) -> str:
    """Code that nothing in it can end, neither a backtick nor, in a table, a pipe."""
    said = said.replace("\\|", "\\ |").replace("|", "\\|")  # `\\|` is read as one thing here, as another there
    longest = max(map(len, re.findall("`+", said)), default=0)
    return f"{'`' * (longest + 1)} {said} {'`' * (longest + 1)}" if longest else f"`{said}`"


def short(said: str) -> str:
    """The text, or as much of it as one text may take."""
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"


def rows_within(
    columns: Sequence[str], rows: Sequence[Sequence[str]], room: int, left_out: Callable[[int], str]
) -> str:
    """A table with the rows for which there is room in so many characters, and what is said of those left out.

    rows: of cells that are Markdown already.
    """
    lines = [_row(columns), _row(["---"] * len(columns))]
    for number, cells in enumerate(rows):
        row = _row(cells)
        room -= len(row) + 1
        if room < 0:
            lines += ["", left_out(len(rows) - number)]
            break
        lines.append(row)
    return "".join(f"{line}\n" for line in lines)


def tables(shown: Sequence[Table], room: int, command: str) -> list[str]:
    """Tables with their titles in so many characters together; the long ones give way to the short ones.

    command: what shows the rows that are left out.
    """
    whole = [_table(table, room, command) for table in shown]
    fitting = dict.fromkeys(range(len(shown)), "")
    for count, index in enumerate(sorted(fitting, key=lambda i: len(whole[i]))):
        fitting[index] = _table(shown[index], room // (len(shown) - count) - _AROUND, command)
        room -= len(fitting[index])
    return list(fitting.values())


def _table(table: Table, room: int, command: str) -> str:
    """A table with its title; room is for its rows."""
    if not table.rows:
        return f"{text(table.title)}: none.\n"
    rows = [[_cell(cell) for cell in row] for row in table.rows]

    def left_out(number: int) -> str:
        return f"{plural(number, 'row')} left out, for want of room; `{command}` shows all."

    columns = [column.heading for column in table.columns]
    return f"#### {text(table.title)}\n\n{rows_within(columns, rows, room, left_out)}"


def _cell(cell: Cell) -> str:
    return ", ".join(map(text, cell)) if isinstance(cell, tuple) else text(cell_text(cell))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
