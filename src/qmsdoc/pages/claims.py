"""What documents claim, by the three components, and what regulation adds to the standard."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qmsdoc.crosswalk import crosswalk
from qmsdoc.pages.covered import MENU, WITHOUT, section_of
from qmsdoc.pages.handbook import relative
from qmsdoc.pages.listed import cell, chips, items, listed
from qmsdoc.pages.page import Page, badge, banner, block, heading, link
from qmsdoc.views.crosswalk import NAMES, components_table, crosswalk_table
from qmsdoc.views.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.pages.covered import Covered

DOCUMENTS = "coverage/documents.md"
ISO = "ISO 13485"
REGULATIONS = ("MDR", "IVDR")
HEADS = ("Regulation", "By ISO 13485", "What regulation adds", "Answered by", "Coverage")
OWN = (
    "The first three columns are the judgement of this tool. The last two are computed from what documents claim."
)


def documents_page(found: Covered) -> Page:
    """What each document claims, by the three components."""
    data = components_table(found.question.project, found.question.found.values())
    rows = []
    for name, title, state, *components in data.rows:
        key, page = cell_text(name), found.by_state.get((cell_text(name), cell_text(state)))
        own = link(f"{key} {cell_text(title)}", relative(DOCUMENTS, page) if page else None)
        cells = (
            cell(label, chips(map(partial(found.cited, DOCUMENTS), items(claims))))
            for label, claims in zip(NAMES.values(), components, strict=True)
        )
        rows.append(f'<tr><th scope="row">{own} {badge(cell_text(state))}</th>{"".join(cells)}</tr>\n')
    intro = (
        "<p>One quality management system with three components: what the standard asks, what regulation adds, "
        "and our own processes. A document belongs to a component by what it claims.</p>"
    )
    html = (
        listed(data.title, ("Document", *NAMES.values()), rows) if rows else "<p>No document claims a clause.</p>"
    )
    markdown = f"{heading(1, data.title, 'documents')}\n{block(f'{intro}{html}')}"
    return Page(DOCUMENTS, data.title, markdown, MENU, without=WITHOUT)


def crosswalk_pages(found: Covered) -> Iterator[Page]:
    """A page for each active regulation, where the standard is active beside it."""
    for regulation in REGULATIONS:
        if {regulation, ISO} <= set(found.rows):
            yield _crosswalk(found, regulation)


def _crosswalk(found: Covered, regulation: str) -> Page:
    path = f"coverage/crosswalk-{regulation.lower()}.md"
    data = crosswalk_table(found.question, regulation)
    rows = []
    for refs, asks, iso, by_standard, adds, documents, level, confidence in data.rows:
        duty = ", ".join(link(ref, found.clause_href(path, regulation, ref)) for ref in items(refs))
        standard = chips(link(ref, found.clause_href(path, ISO, ref)) for ref in items(iso))
        sure = (
            ""
            if confidence == "high"
            else f' <span class="qms-why">confidence: {link(cell_text(confidence), None)}</span>'
        )
        rows.append(
            f'<tr><th scope="row"><span class="qms-ref">{duty}</span> '
            f'<span class="qms-asks">{link(cell_text(asks), None)}</span></th>'
            f"{cell(HEADS[1], f'{badge(cell_text(by_standard))} {standard}{sure}')}"
            f"{cell(HEADS[2], link(cell_text(adds), None))}"
            f"{cell(HEADS[3], chips(_claim(found, path, each) for each in items(documents)))}"
            f"{cell(HEADS[4], badge(cell_text(level)))}</tr>\n"
        )
    source = banner("approved", "Not Annex ZA", link(crosswalk().source, None))
    html = f"{source}<p>{OWN}</p>{listed(data.title, HEADS, rows, 'qms-crosswalk')}"
    markdown = f"{heading(1, f'Crosswalk: {data.title}', 'crosswalk')}\n{block(html)}"
    return Page(path, f"Crosswalk: {data.title}", markdown, MENU, without=WITHOUT)


def _claim(found: Covered, origin: str, text: str) -> str:
    """A claim as its view writes it, `SOP-011 @assess (draft)`, as a link to the section."""
    written, _, rest = text.partition(" (")
    document, _, section = written.partition(" @")
    states = rest.rstrip(")").split(", ")
    page = next((found.by_state[document, state] for state in states if (document, state) in found.by_state), "")
    href = relative(origin, page, section) if page else found.book.href(origin, document, section)
    entry = found.book.entries.get(document)
    hint = section_of(entry.document, section) if entry else ""
    return link(text.replace(f" @{section}", "", 1) if section else text, href, hint)
