"""The clause index: a page for each framework that leads from a clause to the sections that answer it."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from qmsdoc.catalog import nearest_listed
from qmsdoc.pages.page import Page, badge, block, heading, link
from qmsdoc.views.clause_index import clause_index, in_order, not_applied
from qmsdoc.views.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.catalog import Catalog
    from qmsdoc.pages.handbook import Handbook

_other = re.compile(r"[^a-z0-9]+")
INDEX = "clauses/index.md"
MENU = ("Clauses",)


def page_of(framework: str) -> str:
    """The page of a framework."""
    return f"clauses/{_other.sub('-', framework.lower()).strip('-')}.md"


def anchor_of(ref: str) -> str:
    """The anchor of a clause on its framework's page."""
    return f"clause-{_other.sub('-', ref.lower()).strip('-')}"


def clause_pages(book: Handbook) -> Iterator[Page]:
    """The overview of frameworks, and a page for each."""
    lines = []
    for framework in book.project.catalogs:
        page, answered = _framework(book, framework)
        yield page
        name = book.project.catalogs.label(framework)
        href = f"{page.path.removeprefix('clauses/').removesuffix('.md')}.html"
        lines.append(
            f'<a class="qms-card" href="{href}"><strong>{link(name, None)}</strong> {answered} answered</a>'
        )
    text = "<p>From a requirement to the section that answers it. Choose a framework, or search for a clause.</p>"
    cards = f'<div class="qms-cards">\n{"".join(lines)}\n</div>'
    yield Page(INDEX, "Clauses", heading(1, "Clauses", "clauses") + "\n" + block(f"{text}\n{cards}"), MENU)


def _framework(book: Handbook, framework: str) -> tuple[Page, int]:
    """The page of a framework, and how many of its clauses are answered."""
    catalog = book.project.catalogs[framework]
    path = page_of(framework)
    data = clause_index(book.project, framework, book.controlled)
    answers = {str(ref): list(rows) for ref, rows in groupby(data.rows, key=lambda row: row[0])}
    excluded = not_applied(book.project, framework, book.controlled)
    intro = f"<p>{link(catalog.name, None)}. The clauses that documents of this handbook answer.</p>"
    parts = [heading(1, data.title, "clauses"), block(intro)]
    group = ""
    for ref in in_order(catalog, {*answers, *excluded}):
        top = _top(catalog, ref)
        if top != group:
            group = top
            if top != ref:
                parts.append(heading(2, _name(catalog, top), anchor_of(top)))
        parts.append(heading(2 if top == ref else 3, _name(catalog, ref), anchor_of(ref)))
        items = [_answer(book, path, *map(cell_text, row)) for row in answers.get(ref, ())]
        for said in excluded.get(ref, ()):
            source = link(said.status.document.id, book.href(path, said.status.document.id))
            items.append(f"<li><strong>{said.which.capitalize()}:</strong> {link(said.why, None)} ({source})</li>")
        summary = _summary(catalog, ref)
        parts.append(block(f'{summary}<ul class="qms-answers">\n{"".join(items)}</ul>'))
    if not answers:
        parts.append(block("<p>No document of this handbook cites this framework yet.</p>"))
    return Page(path, data.title, "\n".join(parts), MENU), len(answers)


def _answer(
    book: Handbook, page: str, _ref: str, _title: str, document_id: str, name: str, section: str, state: str
) -> str:
    headings = {h.anchor: h.text for h in book.entries[document_id].document.body.headings}
    where = f": {headings[section]}" if section in headings else ""
    href = book.href(page, document_id, section)
    return f"<li>{link(f'{document_id} {name}{where}', href)} {badge(state)}</li>\n"


def _top(catalog: Catalog, ref: str) -> str:
    """The outermost clause that a clause stands under, or itself."""
    listed = nearest_listed(catalog, ref)
    above = catalog.ancestors(listed) if listed else ()
    return above[-1].ref if above else listed or ref


def _name(catalog: Catalog, ref: str) -> str:
    """Reference and title; what a point asks is told below, as it may be long."""
    clause = catalog.clauses.get(ref)
    return f"{ref} {clause.title}" if clause and clause.title else ref


def _summary(catalog: Catalog, ref: str) -> str:
    clause = catalog.clauses.get(ref)
    return f'<p class="qms-summary">{link(clause.summary, None)}</p>\n' if clause and clause.summary else ""
