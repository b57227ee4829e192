"""The GSPR checklist of each device: Annex I as if this were the only device of the company."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from qmsdoc.pages.covered import MENU, WITHOUT, count, counts, group_row, grouped, level_badge, name_of
from qmsdoc.pages.listed import cell, listed
from qmsdoc.pages.page import Page, block, heading, link
from qmsdoc.views.applicability import ANSWERS
from qmsdoc.views.coverage import coverage
from qmsdoc.views.coverage_table import summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qmsdoc.catalog import Catalog
    from qmsdoc.pages.covered import Covered
    from qmsdoc.project import Document
    from qmsdoc.views.coverage import Row

GSPR = "Annex I"
CHECKLISTS = "Checklists by device"
HEADS = ("Requirement", "Applies", "Answered by", "Coverage")


def checklist_pages(found: Covered) -> Iterator[Page]:
    """The GSPR checklist of each device, under the regulation of its class."""
    regulations = [catalog for catalog in map(found.catalog, found.rows) if _has_checklist(catalog)]
    for device, facts in found.question.profile.devices.items():
        mine = [item for item in regulations if facts["class"] is None or facts["class"] in item.classes]
        if mine:
            yield _checklist(found, mine[0], found.question.project.by_id[device])


def _has_checklist(catalog: Catalog) -> bool:
    return catalog.form == "regulation" and bool(catalog.classes) and GSPR in catalog.clauses


def _path_of(device: str) -> str:
    """The page of a device's checklist."""
    return f"coverage/gspr-{device}.md"


def _device_name(found: Covered, device: str) -> str:
    """The id of a device, and its name where the edition shows the device."""
    entry = found.book.entries.get(device)
    return f"{device} {entry.document.title}" if entry else device


def _checklist(found: Covered, catalog: Catalog, device: Document) -> Page:
    path, name = _path_of(device.id), _device_name(found, device.id)
    rows = _rows_of(found, catalog, device.id)
    body = []
    for above, row in grouped(catalog, rows):
        body += [group_row(clause, catalog, len(HEADS)) for clause in above if clause.ref != GSPR]
        body.append(_requirement(found, path, row, device.id))
    title = f"General safety and performance requirements: {name}"
    own = link(name, found.book.href(path, device.id))
    intro = (
        f"<p>{escape(found.question.project.catalogs.label(catalog.framework))} Annex I for {own}. Whether a "
        "requirement applies is read from what the device's entry states; what it leaves open counts as applying."
        f"</p>\n{_open(rows)}{counts(summary(rows))}\n{found.legend()}"
    )
    table = listed(title, HEADS, body, "qms-checklist")
    markdown = f"{heading(1, title, 'gspr')}\n{block(f'{intro}{table}')}"
    return Page(path, f"GSPR: {name}", markdown, (*MENU, CHECKLISTS), without=WITHOUT)


def _rows_of(found: Covered, catalog: Catalog, device: str) -> list[Row]:
    """The rows of Annex I as if this were the only device: what is about other devices claims nothing."""
    below = {clause.ref for clause in catalog.below(GSPR)}
    claimants = {
        claim.status.document.sha256
        for row in found.rows[catalog.framework]
        for claim in row.claims
        if row.clause.ref in below and claim.is_for(device)
    }
    shown = {
        key: status
        for key, status in found.question.found.items()
        if status.document.sha256 in claimants or "exclusions" in status.document.tables
    }
    profile = found.question.profile
    only = replace(profile, devices={device: profile.devices[device]})
    rows = coverage(replace(found.question, profile=only, found=shown, device=device), catalog.framework)
    return [row for row in rows if row.clause.ref in below]


def _open(rows: Iterable[Row]) -> str:
    """How many requirements wait for a fact, in words; nothing where none does."""
    number = sum(row.applies.applies is None for row in rows)
    told = f"{count(number, 'requirement')} depend{'s' if number == 1 else ''} on what the entry does not state."
    return f'<p class="qms-counts">{told}</p>\n' if number else ""


def _requirement(found: Covered, path: str, row: Row, device: str) -> str:
    answer = ANSWERS[row.applies.applies]
    facts = row.applies.because.removesuffix(f" ({device})")
    marks = "".join(found.mark(path, claim, named=True) for claim in row.claims)
    why = found.why(row)
    note = f' <span class="qms-why">{escape(why)}</span>' if why and why != row.applies.because else ""
    css = ' class="qms-off"' if row.applies.applies is False else ""
    applies = f'<strong>{answer}</strong> <span class="qms-why">{escape(facts)}</span>'
    cells = (cell(HEADS[1], applies), cell(HEADS[2], marks), cell(HEADS[3], f"{level_badge(row.level)}{note}"))
    return f'<tr{css}><th scope="row">{name_of(found, path, row)}</th>{"".join(cells)}</tr>\n'
