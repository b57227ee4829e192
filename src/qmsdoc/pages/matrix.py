"""The matrix of a framework: its clauses down, the documents that claim them across.

On a laptop it is a table; on a phone and on paper the same HTML reads as a list (see `qms.css`).
"""

from __future__ import annotations

import re
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from qmsdoc.pages.clauses import anchor_of, page_of
from qmsdoc.pages.covered import (
    MENU,
    WITHOUT,
    claiming,
    count,
    counts,
    group_row,
    grouped,
    level_badge,
    name_of,
)
from qmsdoc.pages.page import Page, block, heading, link
from qmsdoc.views.coverage import Level
from qmsdoc.views.coverage_table import summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qmsdoc.catalog import Catalog
    from qmsdoc.pages.covered import Covered
    from qmsdoc.views.coverage import Row

_taken = re.compile(r"(?:index|documents|changes|crosswalk-.*|gspr-.*|framework-.*)\.md").fullmatch
# The search finds clauses by the clause index; a matrix would repeat them all.
SCROLLS = '<div class="qms-scroll" role="region" tabindex="0" aria-label="{}" data-search-exclude>'
FEW = 4  # devices that are named, not counted


def matrix_path(framework: str) -> str:
    """The page of a framework's matrix; other pages of coverage keep their names."""
    name = page_of(framework).removeprefix("clauses/")
    return f"coverage/{'framework-' if _taken(name) else ''}{name}"


def matrix_page(found: Covered, framework: str) -> Page:
    """Clauses by documents."""
    catalog, path, rows = found.catalog(framework), matrix_path(framework), found.rows[framework]
    name = found.question.project.catalogs.label(framework)
    title = f"Coverage of {name}"
    documents = claiming(rows)
    ids = list(documents)
    devices = max((len(row.applies.devices) for row in rows), default=0)
    columns = "".join(
        f'<th scope="col" class="qms-column">{link(each, found.book.href(path, each), status.document.title)}</th>'
        for each, status in documents.items()
    )
    body = []
    for above, row in grouped(catalog, rows):
        body += [group_row(clause, catalog, len(ids) + 1) for clause in above]
        body.append(_row(found, path, row, ids, devices))
    across = f"{count(len(ids), 'document')} across. A mark leads to the section that answers."
    if not ids:
        across = "no document of this handbook claims one yet."
    intro = (
        f"<p>{link(catalog.name, None)}: {count(len(rows), 'clause')} down, {across}</p>\n"
        f"{counts(summary(rows))}\n{found.legend()}"
    )
    table = (
        f'{SCROLLS.format(escape(f"{name} by documents"))}<table class="qms-matrix">\n'
        f'<thead><tr><th scope="col">Clause</th>{columns}</tr></thead>\n'
        f"<tbody>\n{''.join(body)}</tbody>\n</table></div>"
    )
    parts = [heading(1, title, "coverage"), block(f"{intro}\n{_jumps(catalog, rows)}\n{table}")]
    return Page(path, title, "\n".join(parts), MENU, without=WITHOUT)


def _jumps(catalog: Catalog, rows: Iterable[Row]) -> str:
    """Links to the outermost headings, where there are some to choose from."""
    tops = [above[0] for above, _ in grouped(catalog, rows) if above and above[0].parent is None]
    links = [f"<li>{link(clause.ref, f'#{anchor_of(clause.ref)}', clause.label)}</li>" for clause in tops]
    return f'<ul class="qms-jumps" aria-label="Go to">{"".join(links)}</ul>' if len(links) > 1 else ""


def _row(found: Covered, path: str, row: Row, ids: Sequence[str], devices: int) -> str:
    """A unit: what it is and how far it is answered, then a cell a document; neighbours without a mark are one."""
    marks = found.marks(path, row)
    cells = []
    for empty, run in groupby(ids, key=lambda each: each not in marks):
        each = list(run)
        if not empty:
            cells += [f"<td>{marks[name]}</td>" for name in each]
        else:
            cells.append(f'<td colspan="{len(each)}"></td>' if len(each) > 1 else "<td></td>")
    css = ' class="qms-off"' if row.level is Level.NOT_APPLICABLE else ""
    notes = [
        f'<span class="qms-why">{each}</span>'
        for each in (escape(found.why(row)), _for_devices(row, devices))
        if each
    ]
    told = " ".join([name_of(found, path, row), level_badge(row.level), *notes])
    return f'<tr{css}><th scope="row"><div class="qms-unit">{told}</div></th>{"".join(cells)}</tr>\n'


def _for_devices(row: Row, every: int) -> str:
    """The devices that a clause is about, where it depends on the device and is not about all of them."""
    mine = row.applies.devices
    if not row.applies.applies or not mine or len(mine) >= every:
        return ""
    return escape(f"for {', '.join(mine)}" if len(mine) <= FEW else f"for {len(mine)} of {every} devices")
