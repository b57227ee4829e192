"""The pages that lead to documents: home, register, roles, and the registers of records."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from qmsdoc.lifecycle import State
from qmsdoc.pages import clauses, coverage
from qmsdoc.pages.handbook import Handbook, relative
from qmsdoc.pages.page import Page, badge, banner, block, day, heading, link, table
from qmsdoc.views.register import register
from qmsdoc.views.roles import documents_of, of_everyone, owned_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.lifecycle import Status
    from qmsdoc.views.table import Table

HOME, REGISTER, ROLES, SUPERSEDED = "index.md", "documents/index.md", "roles/index.md", "documents/withdrawn.md"
RECENT = 8
EVERYONE = ("id", "title", "revision", "state", "training")
PREVIEW = "This edition also shows texts that are not in force. Each of them says so."
REGISTERS = "Registers and records"


def home_page(book: Handbook) -> Page:
    """What this handbook is, how many documents it holds, where to go, and what changed lately."""
    company = book.project.config.company.name
    count = Counter(status.state for status in book.controlled)
    told = " ".join(f"{count[state]} {badge(state.value)}" for state in State if count[state])
    cards = [
        ("My role", ROLES, "Which documents apply to me?"),
        ("Documents", REGISTER, "Every document, its state and its dates"),
        ("Clauses", clauses.INDEX, "Where is a requirement answered?"),
        ("Coverage", coverage.INDEX, "How far are requirements answered, and what changes?"),
    ]
    links = "".join(
        f'<a class="qms-card" href="{relative(HOME, page)}"><strong>{title}</strong> {text}</a>\n'
        for title, page, text in cards
    )
    preview = any(book.working) or any(not status.in_force for status in book.controlled)
    html = (
        f"{banner('draft', 'Preview with drafts', PREVIEW) if preview else ''}\n"
        '<p class="qms-lead">The quality management system: how we work, by which requirements, and the evidence. '
        f"State of {day(book.today)}.</p>\n"
        f'<p class="qms-counts">{told}</p>\n<div class="qms-cards">\n{links}</div>'
    )
    head = heading(1, f"Quality handbook of {company}", "handbook")
    return Page(HOME, "Home", "\n".join([head, block(html), *_lately(book)]), without=("navigation", "toc"))


def _lately(book: Handbook) -> Iterator[str]:
    """The documents that came into force last, with what changed."""
    dated = [
        (status.in_force_from, status) for status in book.controlled if status.in_force and status.in_force_from
    ]
    dated.sort(key=lambda pair: (pair[0], pair[1].document.id), reverse=True)
    items = []
    for since, status in dated[:RECENT]:
        document = status.document
        name = link(f"{document.id} {document.title}", book.href(HOME, document.id))
        change = f": {link(document.text('change'), None)}" if document.text("change") else ""
        items.append(f"<li>{day(since)} {name}, revision {document.revision}{change}</li>\n")
    if items:
        yield heading(2, "What changed lately", "what-changed-lately")
        yield block(f'<ul class="qms-answers">\n{"".join(items)}</ul>')


def register_page(book: Handbook) -> Page:
    """The document register."""
    keyed = {(s.document.id, s.document.revision): s for s in book.controlled}
    keyed |= {(e.document.id, e.document.revision): e.status for e in book.working}
    data = register(book.project, keyed)
    head = heading(1, data.title, "register")
    html = table(data, partial(book.href, REGISTER))
    return Page(REGISTER, data.title, f"{head}\n{block(html)}", ("Documents",), without=("toc",))


def withdrawn_page(book: Handbook) -> Page | None:
    """The ids that are no longer in force, each with its notice."""
    if not book.notices:
        return None
    rows = [f"<li>{link(notice.id, relative(SUPERSEDED, notice.page))}</li>\n" for notice in book.notices.values()]
    head, html = heading(1, "No longer in force", "withdrawn"), f"<ul>\n{''.join(rows)}</ul>"
    return Page(SUPERSEDED, "No longer in force", f"{head}\n{block(html)}", ("Documents",))


def role_pages(book: Handbook) -> Iterator[Page]:
    """A page for each role, and the choice of roles."""
    roles = book.project.people.roles
    everyone = of_everyone(book.project, book.today)
    cards = []
    for role, title in sorted(roles.items(), key=lambda item: item[1].lower()):
        page = _role(book, role, everyone)
        yield page
        number = len(documents_of(book.project, role, book.controlled).rows)
        told = f"{number} document{'' if number == 1 else 's'}"
        cards.append(f'<a class="qms-card" href="{role}.html"><strong>{link(title, None)}</strong> {told}</a>\n')
    text = "<p>Choose your role to see the documents that apply to you.</p>"
    html = f'{text}\n<div class="qms-cards">\n{"".join(cards)}</div>'
    yield Page(ROLES, "My role", f"{heading(1, 'My role', 'roles')}\n{block(html)}", ("My role",))


def _role(book: Handbook, role: str, everyone: frozenset[str]) -> Page:
    path = f"roles/{role}.md"
    title = book.project.people.roles[role]
    parts = [heading(1, title, "role")]
    sections: list[tuple[str, str, list[Table]]] = [
        ("Documents that apply to this role", "apply", [documents_of(book.project, role, book.controlled)])
    ]
    if role not in everyone:
        common = [documents_of(book.project, other, book.controlled) for other in sorted(everyone)]
        sections.append(("Documents that apply to everyone", "everyone", common))
    sections.append(("Documents this role answers for", "owner", [owned_by(book.project, role, book.controlled)]))
    for name, anchor, tables in sections:
        shown = [table(data, partial(book.href, path), EVERYONE) for data in tables if data.rows]
        parts += [heading(2, name, anchor), block("\n".join(shown) or "<p>None.</p>")]
    return Page(path, title, "\n".join(parts), ("My role",))


def record_pages(book: Handbook) -> Iterator[Page]:
    """A register for each type of records and entries that the company publishes."""
    by_type: dict[str, dict[tuple[str, int], Status]] = {}
    for document_id, entry in book.entries.items():
        if not entry.controlled:
            by_type.setdefault(entry.document.type.name, {})[document_id, 0] = entry.status
    for name in sorted(by_type):
        path = f"registers/{name}/index.md"
        title = book.project.types[name].title
        data = register(book.project, by_type[name], title)
        html = table(data, partial(book.href, path), ("id", "title", "state", "owner"))
        yield Page(
            path, f"Register: {title}", f"{heading(1, title, 'register')}\n{block(html)}", (REGISTERS, title)
        )
