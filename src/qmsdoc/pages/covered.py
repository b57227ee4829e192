"""What an edition says of its frameworks, computed once, and the pieces that its coverage pages share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.pages.clauses import anchor_of, page_of
from qmsdoc.pages.handbook import relative
from qmsdoc.pages.page import badge, link
from qmsdoc.views.clause_index import clause_index, not_applied
from qmsdoc.views.coverage import Level, ask, coverage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from qmsdoc.catalog import Catalog, Clause
    from qmsdoc.lifecycle import Status
    from qmsdoc.pages.handbook import Handbook
    from qmsdoc.project import Document
    from qmsdoc.views.coverage import Claim, Question, Row
    from qmsdoc.views.coverage_table import Summary

MENU = ("Coverage",)
WITHOUT = ("navigation", "toc")  # tables take the width
LEGEND = (
    '<p class="qms-legend"><span class="qms-mark qms-mark--whole">●</span> in force, the section is named · '
    '<span class="qms-mark qms-mark--partly">◐</span> in force, in part or without a section'
)
LEGEND_DRAFT = ' · <span class="qms-mark qms-mark--draft">○</span> not in force, does not count'


class Mark(NamedTuple):
    """A claim as a sign with its words; the sign and the words each say it, the colour only repeats it."""

    rank: int
    sign: str
    name: str
    words: str


@dataclass(frozen=True)
class Covered:
    """The rows of each framework by what this edition shows: what it does not show claims nothing."""

    book: Handbook
    question: Question
    rows: Mapping[str, Sequence[Row]]

    @cached_property
    def pages(self) -> Mapping[tuple[str, int], str]:
        """The page of each revision that is shown."""
        return {(entry.document.id, entry.document.revision): entry.page for entry in self.book.all}

    @cached_property
    def by_state(self) -> Mapping[tuple[str, str], str]:
        """The page of the text of a document that is in a state."""
        return {(entry.document.id, entry.status.state.value): entry.page for entry in self.book.all}

    @cached_property
    def answered(self) -> Mapping[str, frozenset[str]]:
        """By framework the clauses that have a place in the clause index."""
        project, shown = self.question.project, self.book.controlled
        return {
            framework: frozenset(
                {str(row[0]) for row in clause_index(project, framework, shown).rows}
                | set(not_applied(project, framework, shown))
            )
            for framework in self.rows
        }

    def catalog(self, framework: str) -> Catalog:
        """The catalogue of a framework."""
        return self.question.project.catalogs[framework]

    def clause_href(self, origin: str, framework: str, ref: str) -> str | None:
        """The link to a clause in the clause index; None where it has no place there."""
        if ref not in self.answered.get(framework, ()):
            return None
        return relative(origin, page_of(framework), anchor_of(ref))

    def cited(self, origin: str, text: str) -> str:
        """A clause written with its framework, as a link where there is something to lead to."""
        framework = max((name for name in self.rows if text.startswith(f"{name} ")), key=len, default="")
        return link(text, self.clause_href(origin, framework, text.removeprefix(f"{framework} ")))

    def marks(self, origin: str, row: Row) -> Mapping[str, str]:
        """By document, the best of what it claims of a row, as a link to the section that answers."""
        by_document: dict[str, list[Claim]] = {}
        for claim in row.claims:
            by_document.setdefault(claim.status.document.id, []).append(claim)
        return {
            name: self.mark(origin, min(claims, key=lambda claim: mark(claim).rank), len(claims) - 1)
            for name, claims in by_document.items()
        }

    def mark(self, origin: str, claim: Claim, others: int = 0, *, named: bool = False) -> str:
        """A claim as a sign and the id of its document, `named` also the section; it leads to the section."""
        document, shown = claim.status.document, mark(claim)
        page = self.pages[document.id, document.revision]
        section = section_of(document, claim.section)
        more = f", and {others} more of its claims" if others else ""
        told = f"{document.id} {document.title}{f': {section}' if section else ''} ({shown.words}{more})"
        name = escape(f"{document.id}: {section}" if named and section else document.id)
        return (
            f'<a class="qms-mark qms-mark--{shown.name}" href="{escape(relative(origin, page, claim.section))}" '
            f'title="{escape(told)}"><span aria-hidden="true">{shown.sign}</span> <span>{name}</span></a>'
        )

    def why(self, row: Row) -> str:
        """Why a row stands where it stands, without the ids of records that the edition does not show."""
        if row.level is Level.OVERDUE and any(name not in self.book.entries for name in row.evidence.ids):
            return "a record or a renewal was due"
        return row.because

    def legend(self) -> str:
        """What the marks mean; the one of drafts only where the edition shows some."""
        drafts = any(not entry.status.in_force for entry in self.book.all if entry.controlled)
        return f"{LEGEND}{LEGEND_DRAFT if drafts else ''}</p>"


def covered(book: Handbook) -> Covered:
    """Ask once for each framework; only the revisions that the edition shows are asked."""
    shown = {(entry.document.id, entry.document.revision): entry.status for entry in book.all}
    question = replace(ask(book.project, book.today), found=dict(sorted(shown.items())))
    return Covered(book, question, {name: coverage(question, name) for name in book.project.catalogs})


def section_of(document: Document, anchor: str) -> str:
    """The heading of a section of a document; empty where it has none."""
    return next((each.text for each in document.body.headings if anchor and each.anchor == anchor), "")


def mark(claim: Claim) -> Mark:
    """What a claim is worth, the best first, and for which devices where its document names some."""
    part = "" if claim.whole else ", points of it"
    devices = claim.status.document.items("devices")
    about = f", for {', '.join(devices)}" if devices else ""
    if not claim.status.in_force:
        return Mark(2, "○", "draft", f"{claim.status.state.value}{part}{about}, does not count")
    if claim.whole and claim.section:
        return Mark(0, "●", "whole", f"in force{about}")
    return Mark(1, "◐", "partly", f"in force{part or ', no section named'}{about}")


def claiming(rows: Iterable[Row]) -> Mapping[str, Status]:
    """The documents that claim something, by id; the revision in force where there is one."""
    found: dict[str, Status] = {}
    for row in rows:
        for claim in row.claims:
            known = found.get(claim.status.document.id)
            if known is None or not known.in_force:
                found[claim.status.document.id] = claim.status
    return dict(sorted(found.items()))


def grouped(catalog: Catalog, rows: Iterable[Row]) -> Iterator[tuple[tuple[Clause, ...], Row]]:
    """Each row with the headings that begin before it, outermost first."""
    begun: set[str] = set()
    for row in rows:
        above = [c for c in reversed(catalog.ancestors(row.clause.ref)) if not c.unit and c.ref not in begun]
        begun.update(clause.ref for clause in above)
        yield tuple(above), row


def count(number: int, one: str) -> str:
    """A number with its noun."""
    return f"{number} {one}{'' if number == 1 else 's'}"


def counts(counted: Summary) -> str:
    """How many clauses apply, and how many of them stand at each level."""
    told = [f"<li>{number} {level_badge(level)}</li>" for level, number in counted.at.items() if number]
    if counted.not_applicable:
        told.append(f"<li>{counted.not_applicable} {level_badge(Level.NOT_APPLICABLE)}</li>")
    return f'<ul class="qms-levels"><li><strong>{counted.applicable} apply</strong></li>{"".join(told)}</ul>'


def level_badge(level: Level) -> str:
    """A level as a word with a colour."""
    return badge(level.value)


def group_row(clause: Clause, catalog: Catalog, columns: int) -> str:
    """A heading of the framework as a row over all columns; its depth is how far it stands in."""
    depth = min(len(catalog.ancestors(clause.ref)), 2)
    name = f"<b>{escape(clause.ref)}</b> {escape(clause.label)}"
    return (
        f'<tr class="qms-group qms-group--{depth}" id="{anchor_of(clause.ref)}">'
        f'<th scope="colgroup" colspan="{columns}"><span>{name}</span></th></tr>\n'
    )


def name_of(found: Covered, path: str, row: Row) -> str:
    """A clause by its reference, a link where the clause index has it, and what it asks."""
    clause = row.clause
    ref = link(clause.ref, found.clause_href(path, clause.framework, clause.ref))
    return f'<span><span class="qms-ref">{ref}</span> <span class="qms-asks">{escape(clause.label)}</span></span>'
