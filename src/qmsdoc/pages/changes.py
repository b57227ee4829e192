"""What changes in the frameworks: what is to come, what came, and the clauses and documents it touches."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.changes import known_changes
from qmsdoc.pages.covered import MENU, WITHOUT
from qmsdoc.pages.listed import cell, chips, items, listed
from qmsdoc.pages.page import Page, badge, banner, block, day, heading, link
from qmsdoc.views.changes import changes_table
from qmsdoc.views.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qmsdoc.pages.covered import Covered
    from qmsdoc.views.table import Cell

CHANGES = "coverage/changes.md"
HEADS = ("Date", "Change", "Clauses", "Documents that cite them")
PROPOSAL = "proposal"
NOT_LAW = "Not law: proposed, it may change or fail."


class Event(NamedTuple):
    """One row of the view: a date of a change, with what is known of the change."""

    on: Cell
    what: Cell
    id: Cell
    title: Cell
    status: Cell
    changes: Cell
    clauses: Cell
    documents: Cell
    do: Cell
    confidence: Cell

    def is_past(self, today: str) -> bool:
        """Whether the day, or the month where only that is known, is over."""
        on = cell_text(self.on)
        return on < today[: len(on)]


def changes_page(found: Covered) -> Page:
    """Upcoming dates first, then the past ones, the newest first."""
    known = known_changes()
    data = changes_table(found.question.project, found.question.found)
    events = [Event(*row) for row in data.only(*Event._fields).rows]
    today = found.book.today.isoformat()
    coming = [event for event in events if not event.is_past(today)]
    past = [event for event in reversed(events) if event.is_past(today)]
    read = f"Read on {day(known.read)}; what was published later is not here. {link(known.source, None)}"
    parts = [heading(1, data.title, "changes"), block(banner("changed", "As known to this tool", read))]
    parts += [heading(2, "To come", "to-come"), block(_events(found, "To come", coming))]
    parts += [heading(2, "Past", "past"), block(_events(found, "Past", past))]
    return Page(CHANGES, data.title, "\n".join(parts), MENU, without=WITHOUT)


def _events(found: Covered, name: str, events: Iterable[Event]) -> str:
    """Each date a row; what a change is about is told at its first date."""
    told: dict[str, str] = {}
    rows = []
    for event in events:
        change, on = cell_text(event.id), cell_text(event.on)
        proposed = cell_text(event.status) == PROPOSAL
        html = _again(event, told[change]) if change in told else _first(found, event)
        told.setdefault(change, on)
        css = ' class="qms-proposal"' if proposed else ""
        when = (
            f'<span class="qms-ref">{on}</span> <span class="qms-asks">{link(cell_text(event.what), None)}</span>'
        )
        rows.append(f'<tr{css}><th scope="row">{when}</th>{html}</tr>\n')
    return listed(name, HEADS, rows, "qms-changes") if rows else "<p>None known.</p>"


def _head(event: Event) -> str:
    warning = f' <strong class="qms-not-law">{NOT_LAW}</strong>' if cell_text(event.status) == PROPOSAL else ""
    return f"<strong>{link(cell_text(event.title), None)}</strong> {badge(cell_text(event.status))}{warning}"


def _again(event: Event, before: str) -> str:
    html = f'{_head(event)} <span class="qms-why">see {before}</span>'
    return f"{cell(HEADS[1], html)}<td></td><td></td>"


def _first(found: Covered, event: Event) -> str:
    told = [_head(event), f"<p>{link(cell_text(event.changes), None)}</p>"]
    if event.do:
        told.append(f"<p><em>What to do:</em> {link(cell_text(event.do), None)}</p>")
    sources = next((each.source for each in known_changes().changes if each.id == event.id), ())
    sure = "" if event.confidence == "high" else f" Confidence: {link(cell_text(event.confidence), None)}."
    told.append(f'<p class="qms-why">Source: {link("; ".join(sources), None)}.{sure}</p>')
    clauses = chips(map(partial(found.cited, CHANGES), items(event.clauses)))
    documents = chips(link(each, found.book.href(CHANGES, each)) for each in items(event.documents))
    return f"{cell(HEADS[1], ''.join(told))}{cell(HEADS[2], clauses)}{cell(HEADS[3], documents)}"
