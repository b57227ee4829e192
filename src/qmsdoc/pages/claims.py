"""What documents claim, by the three components, and what regulation adds to the standard."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import TYPE_CHECKING

from qmsdoc.crosswalk import crosswalk
from qmsdoc.pages.covered import MENU, WITHOUT, section_of
from qmsdoc.pages.handbook import relative
from qmsdoc.pages.listed import cell, chips, items, listed
from qmsdoc.pages.page import Page, badge, banner, block, heading, link
from qmsdoc.views.coverage_table import claim_text
from qmsdoc.views.crosswalk import NAMES, components_table, duties
from qmsdoc.views.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.pages.covered import Covered
    from qmsdoc.views.coverage import Claim
    from qmsdoc.views.crosswalk import Duty

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
    title = f"Crosswalk: {regulation} and {ISO}"
    rows = [
        _duty(found, path, regulation, duty) for duty in duties(found.catalog(regulation), found.rows[regulation])
    ]
    source = banner("approved", "Not Annex ZA", link(crosswalk().source, None))
    html = f"{source}<p>{OWN}</p>{listed(title, HEADS, rows, 'qms-crosswalk')}"
    return Page(path, title, f"{heading(1, title, 'crosswalk')}\n{block(html)}", MENU, without=WITHOUT)


def _duty(found: Covered, path: str, regulation: str, duty: Duty) -> str:
    """A duty, what of it the standard covers, what regulation adds, and who answers it."""
    match = duty.match
    refs = ", ".join(link(ref, found.clause_href(path, regulation, ref)) for ref in duty.refs)
    standard = chips(link(ref, found.clause_href(path, ISO, ref)) for ref in match.iso)
    sure = (
        ""
        if match.confidence == "high"
        else f' <span class="qms-why">confidence: {escape(match.confidence)}</span>'
    )
    asks = f'<span class="qms-asks">{escape(match.asks)}</span>'
    return (
        f'<tr><th scope="row"><span class="qms-ref">{refs}</span> {asks}</th>'
        f"{cell(HEADS[1], f'{badge(match.coverage)} {standard}{sure}')}{cell(HEADS[2], escape(match.adds))}"
        f"{cell(HEADS[3], chips(_claim(found, path, claim) for claim in duty.claims))}"
        f"{cell(HEADS[4], badge(duty.level))}</tr>\n"
    )


def _claim(found: Covered, origin: str, claim: Claim) -> str:
    """A claim as a link to the section that answers."""
    document = claim.status.document
    page = found.pages[document.id, document.revision]
    text = claim_text(claim).replace(f" @{claim.section}", "", 1) if claim.section else claim_text(claim)
    return link(text, relative(origin, page, claim.section), section_of(document, claim.section))
