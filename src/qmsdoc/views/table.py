"""A table as data: what every view returns and every output shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Cell = str | int | date | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in JSON and CSV, its heading for readers; `ids` marks document ids that become links."""

    key: str
    heading: str
    ids: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; each row has one cell a column."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[tuple[Cell, ...]]

    def only(self, *keys: str) -> Table:
        """The same rows with some of the columns, in this order."""
        positions = {column.key: index for index, column in enumerate(self.columns)}
        chosen = [positions[key] for key in keys]
        columns = [self.columns[i] for i in chosen]
        return Table(self.title, columns, [tuple(row[i] for i in chosen) for row in self.rows])


def cell_text(cell: Cell) -> str:
    """A cell as text: dates as ISO 8601, lists joined by commas, nothing as an empty text."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, tuple):
        return ", ".join(cell)
    return str(cell)
