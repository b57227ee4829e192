"""A page: Markdown and what an engine must know to show it. The pieces that pages are written with.

Text that comes from documents enters a page through `escape` (inside HTML) or `heading`, never as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from qmsdoc.views.table import Table, cell_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

_special = re.compile(r"[^\w\s]|_", re.ASCII)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its path (`documents/SOP-001.md`), its title, Markdown, and the menu it stands in.

    Bodies are blocks of finished HTML between Markdown headings, so that every Markdown engine shows the same.
    """

    path: str
    title: str
    markdown: str
    menu: tuple[str, ...] = ()
    without: tuple[str, ...] = ()  # what stands beside the text elsewhere: `navigation`, `toc`


def literal(text: str) -> str:
    """Text that means itself in Markdown and in HTML: every special character as a numeric entity."""
    return _special.sub(lambda match: f"&#{ord(match[0])};", text)


def heading(level: int, text: str, anchor: str, before: str = "") -> str:
    """A Markdown heading with an explicit anchor; `before` is trusted HTML in front of the text."""
    return f"{'#' * level} {before}{literal(text)} {{#{anchor}}}\n"


def block(html: str) -> str:
    """HTML as one block that Markdown passes on; Python-Markdown would turn tabs into blanks."""
    return f"<div>\n{html.strip()}\n</div>\n".replace("\t", "&#9;").replace("\r", "")


def link(text: str, href: str | None, title: str = "") -> str:
    """A link, or plain text where there is nothing to lead to."""
    hint = f' title="{escape(title)}"' if title else ""
    if href is None:
        return f"<span{hint}>{escape(text)}</span>" if hint else escape(text)
    return f'<a href="{escape(href)}"{hint}>{escape(text)}</a>'


def badge(state: str) -> str:
    """A state as a word with a colour; the word alone says it."""
    return f'<span class="qms-state qms-state--{state.replace(" ", "-")}">{escape(state)}</span>'


def banner(kind: str, lead: str, rest: str) -> str:
    """A box that warns; `kind` is a state or `changed`, `rest` is trusted HTML."""
    css = f"qms-banner qms-banner--{kind.replace(' ', '-')}"
    return f'<div class="{css}" role="note"><strong>{escape(lead)}.</strong> {rest}</div>'


def table(data: Table, href: Callable[[str], str | None], keys: Sequence[str] = ()) -> str:
    """A view's table as HTML; ids become links, states badges; `keys` chooses columns, default all."""
    chosen = [i for i, column in enumerate(data.columns) if not keys or column.key in keys]
    columns = [data.columns[i] for i in chosen]
    head = " ".join(f"<th>{escape(column.heading)}</th>" for column in columns)
    rows = []
    for row in data.rows:
        cells = []
        for i, column in zip(chosen, columns, strict=True):
            text = cell_text(row[i])
            if column.ids:
                cells.append(f'<td class="qms-nowrap">{link(text, href(text))}</td>')
            elif column.key == "state":
                cells.append(f"<td>{badge(text)}</td>")
            else:
                cells.append(f"<td>{escape(text)}</td>")
        rows.append(f"<tr>{' '.join(cells)}</tr>\n")
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{''.join(rows)}</tbody>\n</table>"


def day(value: date | None) -> str:
    """A day as ISO 8601, or a dash."""
    return value.isoformat() if value else "-"


def size(number: int) -> str:
    """A file size for readers, in decimal units."""
    for unit, factor in (("MB", 1_000_000), ("kB", 1_000)):
        if number >= factor:
            return f"{number / factor:.1f} {unit}"
    return f"{number} bytes"
