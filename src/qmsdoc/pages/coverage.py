"""The coverage pages: how far each framework is answered, what documents claim, and what is about to change."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from qmsdoc.pages.changes import changes_page
from qmsdoc.pages.checklist import checklist_pages
from qmsdoc.pages.claims import crosswalk_pages, documents_page
from qmsdoc.pages.covered import MENU, Covered, counts, covered
from qmsdoc.pages.handbook import relative
from qmsdoc.pages.matrix import matrix_page, matrix_path
from qmsdoc.pages.page import Page, block, heading, link
from qmsdoc.views.coverage import Level
from qmsdoc.views.coverage_table import summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qmsdoc.pages.handbook import Handbook
    from qmsdoc.views.coverage_table import Summary

INDEX = "coverage/index.md"
COUNTED = (
    "Counted are the clauses of each framework that can be answered by themselves. A clause counts as addressed "
    "when a document in force claims it and names the section that answers it, and as evidenced when records show "
    "that it is lived; drafts do not count. This is what documents claim and records show, not a statement of "
    "compliance."
)


def coverage_pages(book: Handbook) -> Iterator[Page]:
    """Every page below Coverage; each framework is asked once."""
    found = covered(book)
    matrices = [matrix_page(found, framework) for framework in found.rows]
    checklists = list(checklist_pages(found))
    others = [documents_page(found), *crosswalk_pages(found), changes_page(found)]
    yield _index(found, checklists, others)
    yield from (*matrices, *others, *checklists)


def _index(found: Covered, checklists: Sequence[Page], others: Sequence[Page]) -> Page:
    parts = [heading(1, "Coverage", "coverage"), block(f"<p>{COUNTED}</p>")]
    lines = []
    for framework, rows in found.rows.items():
        counted = summary(rows)
        href = relative(INDEX, matrix_path(framework))
        name = found.question.project.catalogs.label(framework)
        full = f' <span class="qms-why">{link(found.catalog(framework).name.removeprefix(name), None)}</span>'
        told = f"<strong>{link(name, href)}</strong>{full}{_bar(counted)}{counts(counted)}"
        lines.append(f'<div class="qms-framework">{told}</div>\n')
    if not lines:
        lines.append("<p>No framework is active.</p>")
    parts.append(block("".join(lines)))
    for name, anchor, pages in (
        ("Across frameworks", "across", others),
        ("Checklists by device", "devices", checklists),
    ):
        if pages:
            cards = "".join(_card(page) for page in pages)
            parts += [heading(2, name, anchor), block(f'<div class="qms-cards">\n{cards}</div>')]
    return Page(INDEX, "Coverage", "\n".join(parts), MENU, without=("toc",))


def _card(page: Page) -> str:
    href = escape(relative(INDEX, page.path))
    return f'<a class="qms-card" href="{href}"><strong>{link(page.title, None)}</strong></a>\n'


def _bar(counted: Summary) -> str:
    """The levels side by side as a drawing; the words stand beside it."""
    total, at, pieces = counted.applicable or 1, 0.0, []
    for level in sorted(counted.at, key=lambda each: (each.is_gap, each is Level.NOT_ADDRESSED)):
        if width := 100 * counted.at[level] / total:
            css = level.value.replace(" ", "-")
            pieces.append(
                f'<rect class="qms-bar--{css}" x="{at:.2f}" y="0" width="{width:.2f}" height="4"></rect>'
            )
            at += width
    return (
        '<svg class="qms-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(pieces)}</svg>"
    )
