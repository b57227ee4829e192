"""Tables that read as lists on a phone: each row a block, each cell with the name of its column."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qmsdoc.views.table import Cell


def listed(name: str, heads: Sequence[str], rows: Iterable[str], css: str = "") -> str:
    """A table of finished rows; the search does not read it."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    return (
        f'<table class="qms-list{css and f" {css}"}" aria-label="{escape(name)}" data-search-exclude>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{''.join(rows)}</tbody>\n</table>"
    )


def cell(label: str, html: str) -> str:
    """A cell that knows its column; an empty one stays empty."""
    return f'<td data-label="{escape(label)}">{html}</td>' if html else "<td></td>"


def chips(texts: Iterable[str]) -> str:
    """Short texts, trusted HTML, one beside the other."""
    return " ".join(f'<span class="qms-chip">{each}</span>' for each in texts)


def items(value: Cell) -> tuple[str, ...]:
    """A cell that holds a list."""
    return value if isinstance(value, tuple) else ()
