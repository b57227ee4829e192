"""The page of one document: what it is, whether it counts, what changed, its text, and what hangs on it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc import links
from qmsdoc.citation import CitationError, read_citations
from qmsdoc.lifecycle import State
from qmsdoc.pages import body
from qmsdoc.pages.clauses import anchor_of, page_of
from qmsdoc.pages.handbook import Entry, Handbook, Notice, relative
from qmsdoc.pages.page import Page, badge, banner, block, day, heading, link, size, table
from qmsdoc.views.facts import LABELS, facts
from qmsdoc.views.signatures import readers, signatures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qmsdoc.project import Attachment
    from qmsdoc.views.table import Cell

IMAGES = (".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")
APART = {"Change", "Attachments", "Supersedes"}  # facts that have a place of their own on the page
FEW = 2  # values that fit beside other facts
MANY = 20  # clauses beyond which they are folded, so that the text begins in sight
BANNERS = {
    State.DRAFT: ("Draft", "Not in force: do not work by this text."),
    State.IN_REVIEW: ("In review", "Not in force: do not work by this text."),
    State.APPROVED: ("Approved, not yet in force", "Do not work by this text yet."),
    State.SUPERSEDED: ("Superseded", "No longer in force."),
    State.WITHDRAWN: ("Withdrawn", "No longer in force."),
    State.ENDED: ("Ended", "No longer current."),
    State.OPEN: ("Open", "This record is not yet complete."),
}


class Tools(NamedTuple):
    """What document pages need from outside."""

    text: Callable[[Entry], str]  # the body as written
    file: Callable[[Entry, Attachment], str | None]  # where an attached file is in the page tree; None: not shown
    diagram: Callable[[Entry, str, int], str]  # the source of a diagram and its number → trusted HTML


def document_page(entry: Entry, book: Handbook, tools: Tools) -> Page:
    """The page of a text that is shown."""
    document = entry.document
    title = f"{document.id} {document.title}" + (f" ({entry.status.state.value})" if entry in book.working else "")
    parts = body.sections(tools.text(entry), document, _surroundings(entry, book, tools))
    anchor, rest = _own_title(parts, document.title)
    head = [heading(1, document.title, anchor, f'<span class="qms-id">{document.id}</span> ')]
    head.append(block("\n".join(_head(entry, book))))
    text = [_section(part) for part in rest]
    return Page(entry.page, title, "\n".join([*head, *text, *_tail(entry, book, tools)]), _menu(entry, book))


def notice_page(notice: Notice, book: Handbook) -> Page:
    """What remains of an id that is no longer in force."""
    document = notice.status.document if notice.status else book.project.by_id.get(notice.id)
    name = document.title if document else "No longer in force"
    state = notice.status.state if notice.status else State.SUPERSEDED
    ended = notice.status.ended_on if notice.status else None
    lead = f"{state.value.capitalize()} since {day(ended)}" if ended else state.value.capitalize()
    told = f"{notice.id} is no longer in force."
    if notice.successors:
        told += f" It is replaced by {', '.join(_id(book, notice.page, i) for i in notice.successors)}."
    html = banner(state.value, lead, told)
    head = heading(1, name, "notice", f'<span class="qms-id">{notice.id}</span> ')
    return Page(notice.page, f"{notice.id} {name}", f"{head}\n{block(html)}")


def _own_title(parts: list[body.Section], title: str) -> tuple[str, list[body.Section]]:
    """The page's heading is the document's own when the text begins with its title; then it is not repeated."""
    if len(parts) > 1 and not parts[0].html.strip():
        first = parts[1].heading
        if first and first.level == 1 and first.text == title:
            return first.anchor, [body.Section(None, parts[1].html), *parts[2:]]
    return "qms-top", parts


def _section(part: body.Section) -> str:
    """A section; a page has one heading of level 1, which is not the author's."""
    head = heading(max(part.heading.level, 2), part.heading.text, part.heading.anchor) if part.heading else ""
    return f"{head}\n{block(part.html)}" if part.html.strip() else head


def _head(entry: Entry, book: Handbook) -> Iterator[str]:
    """Banner, facts, and what changed."""
    yield from _banners(entry, book)
    rows = []
    for label, value in facts(entry.status, book.project):
        if label not in APART:
            wide = ' class="qms-wide"' if isinstance(value, tuple) and len(value) > FEW else ""
            rows.append(f"<div{wide}><dt>{escape(label)}</dt> <dd>{_fact(label, value, entry, book)}</dd></div>")
    yield "\n".join(['<dl class="qms-facts">', *rows, "</dl>"])
    if change := entry.document.text("change"):
        label = f"What changed in revision {entry.document.revision}"
        yield f'<div class="qms-change"><strong>{label}</strong> {escape(change)}</div>'


def _banners(entry: Entry, book: Handbook) -> Iterator[str]:
    """What a reader must know before the text: that it does not count, or is not what was approved."""
    status = entry.status
    if status.state in BANNERS:
        lead, rest = BANNERS[status.state]
        if status.state is State.APPROVED and status.in_force_from:
            rest = f"In force from {day(status.in_force_from)}."
        if entry in book.working:
            current = book.entries[entry.document.id]
            name = f"Revision {current.document.revision} is in force"
            rest += f" {link(name, relative(entry.page, current.page))}."
        yield banner(status.state.value, lead, rest)
    if status.changed_since_approval:
        what = "This page shows the approved text" if status.in_force else "What was approved is another text"
        rest = f"The file was changed under the same revision number. {what}."
        yield banner("changed", "Changed since approval", rest)


def _fact(label: str, value: Cell, entry: Entry, book: Handbook) -> str:
    """A fact as HTML: ids and clauses lead to their pages."""
    if label == "State":
        return badge(str(value))
    items = value if isinstance(value, tuple) else (str(value),)
    if label == LABELS["satisfies"]:
        told = ", ".join(_clause(item, entry.page, book) for item in items)
        return (
            told if len(items) <= MANY else f"<details><summary>{len(items)} citations</summary>{told}</details>"
        )
    return ", ".join(_id(book, entry.page, item) for item in items)


def _clause(text: str, page: str, book: Handbook) -> str:
    shown = text.partition(" @")[0]
    try:
        cited = read_citations(text, book.project.catalogs)[0]
    except CitationError:
        return escape(shown)
    href = relative(page, page_of(cited.framework), anchor_of(cited.ref))
    return f'<span class="qms-nowrap">{link(shown, href)}</span>'


def _id(book: Handbook, page: str, text: str) -> str:
    """An id that leads to its page, or says that it has none; any other text as it is."""
    if text not in book.project.known_ids:
        return link(text, book.href(page, text))
    entry = book.entries.get(text)
    if entry is not None and entry.page == page:
        return escape(text)
    href = book.href(page, text)
    title = entry.document.title if entry else "" if href else f"{text} is not part of this handbook"
    return f'<span class="qms-nowrap">{link(text, href, title)}</span>'


def _tail(entry: Entry, book: Handbook, tools: Tools) -> Iterator[str]:
    """Signatures, attachments, and what refers to the document."""

    def shown(file: Attachment) -> str | None:
        return _file(entry, file, tools)

    signed = signatures(entry.status, book.project)
    if signed.rows:
        yield heading(2, "Signatures", "qms-signatures")
        yield block(table(signed, lambda _: None))
    if number := readers(entry.status):
        yield block(f"<p>{number} {'person has' if number == 1 else 'persons have'} read and understood it.</p>")
    if entry.document.attachments:
        items = [
            f"<li>{link(file.path.rpartition('/')[2], shown(file))} ({size(file.size)})</li>"
            for file in entry.document.attachments
        ]
        yield heading(2, "Attachments", "qms-attachments")
        yield block(f"<ul>\n{''.join(items)}</ul>")
    if referring := book.backlinks.get(entry.document.id):
        items = [
            f"<li>{link(f'{i} {book.entries[i].document.title}', book.href(entry.page, i))}</li>"
            for i in referring
        ]
        yield heading(2, "Referenced by", "qms-referenced-by")
        yield block(f'<ul class="qms-columns">\n{"".join(items)}</ul>')


def _file(entry: Entry, file: Attachment, tools: Tools) -> str | None:
    """The link from a page to an attached file."""
    path = tools.file(entry, file)
    return None if path is None else "../" * entry.page.count("/") + path


def _surroundings(entry: Entry, book: Handbook, tools: Tools) -> body.Surroundings:
    """How links, images and diagrams of one document are shown."""
    document, home, anchors = entry.document, book.home(entry.document), entry.document.body.anchors
    attached = {file.path: file for file in document.attachments}

    def show_link(written: str) -> body.Target:
        target = links.resolve(home, written)
        if target is None:
            return _or_else(None if written.startswith("//") else written, f"not a page: {written}")
        if target.path == home:
            href = f"#{target.anchor}" if target.anchor in anchors else None
            return _or_else(
                href if target.anchor else relative(entry.page, entry.page), "this section does not exist"
            )
        if file := _attached(attached, document.path, written):
            return _or_else(_file(entry, file, tools), "this file can not be shown")
        wanted = book.id_at(target.path)
        href = book.href(entry.page, wanted, target.anchor)
        if href and wanted in book.entries:
            return body.Target(href, book.entries[wanted].document.title)
        return _or_else(href, f"{wanted or target.path} is not part of this handbook")

    def show_image(written: str) -> body.Target:
        file = _attached(attached, document.path, written)
        if file is None or not file.path.lower().endswith(IMAGES):
            return body.Target(None, f"{written} is not an image attached to {document.id}")
        return _or_else(_file(entry, file, tools), "this image can not be shown")

    return body.Surroundings(show_link, show_image, lambda source, number: tools.diagram(entry, source, number))


def _or_else(href: str | None, why: str) -> body.Target:
    """A target, or the reason why there is none."""
    return body.Target(href, "" if href else why)


def _attached(attached: dict[str, Attachment], path: str, written: str) -> Attachment | None:
    target = links.resolve(path, written) if attached else None
    return attached.get(target.path) if target else None


def _menu(entry: Entry, book: Handbook) -> tuple[str, ...]:
    """Where the page stands in the menu: by process folder, records by type."""
    if not entry.controlled:
        return ("Registers and records", entry.document.type.title)
    folders = book.home(entry.document).split("/")[1:-1]
    return ("Documents", *(folder.replace("-", " ").capitalize() for folder in folders or ["forms"]))
