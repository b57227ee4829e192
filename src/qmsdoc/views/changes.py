"""What changed in the frameworks of a company, and which of its documents each change touches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.changes import known_changes
from qmsdoc.citation import CitationError, covered, read_citation
from qmsdoc.lifecycle import latest
from qmsdoc.views.clause_index import cited
from qmsdoc.views.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from qmsdoc.catalog import Catalog
    from qmsdoc.changes import Change
    from qmsdoc.frameworks import Catalogs
    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Project

COLUMNS = (
    Column("on", "Date"),
    Column("what", "Event"),
    Column("id", "Change"),
    Column("title", "Title"),
    Column("status", "Status"),
    Column("changes", "What changes"),
    Column("clauses", "Clauses"),
    Column("documents", "Documents that cite them"),
    Column("do", "What to do"),
    Column("confidence", "Confidence"),
)
DIFFERENCE = (
    Column("difference", "Difference"),
    Column("ref", "Clause"),
    Column("title", "Title"),
    Column("now", "Now"),
    Column("documents", "Documents that cite it"),
)


def changes_table(
    project: Project, found: Mapping[tuple[str, int], Status], since: date | None = None, framework: str = ""
) -> Table:
    """One row a date of a change, oldest first; those of frameworks that are not active are left out."""
    citing = cited_by(project, found)
    rows = []
    for change in known_changes().changes:
        if framework not in {"", *change.frameworks} or not _concerns(change, project.catalogs):
            continue
        documents = tuple(
            sorted({name for text in _all(change) for name in touched(text, project.catalogs, citing)})
        )
        for step in change.steps:
            day = step.on.isoformat()
            on = day[:7] if step.precision == "month" else day
            if since is None or on >= since.isoformat()[: len(on)]:
                told = (on, step.what, change.id, change.title, change.status, change.changes)
                rows.append((*told, _all(change), documents, change.do, change.confidence))
    rows.sort(key=lambda row: (str(row[0]), str(row[2])))
    return Table("Changes of regulations and standards", COLUMNS, rows)


def _concerns(change: Change, catalogs: Catalogs) -> bool:
    """Whether a change touches an active framework, or one that the tool has no catalogue of."""
    known = {item.framework for item in catalogs.known}
    return any(name in catalogs or name not in known for name in change.frameworks)


def _all(change: Change) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*change.clauses, *change.added)))


def cited_by(project: Project, found: Mapping[tuple[str, int], Status]) -> Mapping[tuple[str, str], set[str]]:
    """Ids of the documents that answer a clause, by framework and reference; the latest revision of each."""
    ids: dict[tuple[str, str], set[str]] = {}
    for status, citation in cited(latest(found).values(), project.catalogs):
        for ref in covered(citation, project.catalogs):
            ids.setdefault((citation.framework, ref), set()).add(status.document.id)
    return ids


def touched(text: str, catalogs: Catalogs, citing: Mapping[tuple[str, str], set[str]]) -> set[str]:
    """Ids of the documents that cite a clause, something below it, or something it stands in."""
    try:
        citation = read_citation(text, catalogs)
    except CitationError:  # of a framework, edition or wording that is not worked to
        return set()
    catalog = catalogs[citation.framework]
    if citation.ref not in catalog.clauses:
        return citing.get((citation.framework, citation.ref), set())
    refs = {citation.ref, *(item.ref for item in catalog.below(citation.ref))}
    refs |= {item.ref for item in catalog.ancestors(citation.ref) if item.kind not in {"chapter", "annex"}}
    return set().union(*(citing.get((citation.framework, ref), set()) for ref in refs))


def difference(old: Catalog, new: Catalog, citing: Mapping[tuple[str, str], set[str]]) -> Table:
    """What taking another edition or wording means: clauses that go, move, come, are renamed or touched."""
    rows: list[tuple[str, str, str, str, tuple[str, ...]]] = []

    def add(what: str, ref: str, title: str, now: str) -> None:
        rows.append((what, ref, title, now, tuple(sorted(citing.get((old.framework, ref), ())))))

    for ref, clause in old.clauses.items():
        if ref not in new.clauses:
            place = _moved(ref, old, new)
            add("moved" if place else "removed", ref, clause.label, place)
        elif clause.title and not clause.own and clause.title != new.clauses[ref].title:
            add("renamed", ref, clause.title, new.clauses[ref].title)
    for ref, clause in new.clauses.items():
        if ref not in old.clauses:
            add("added", ref, clause.label, "")
    for change in _between(old, new):
        for ref in _refs(change.clauses, new):
            if ref in old.clauses:
                add("touched", ref, new.clauses[ref].label, f"{change.id}: {change.changes}")
    title = f"{old.framework}: from {edition_of(old)} to {edition_of(new)}"
    return Table(title, DIFFERENCE, rows)


def edition_of(catalog: Catalog) -> str:
    """An edition with its wording, where it has wordings: `2017/745@2026-07-19`."""
    return f"{catalog.edition}@{catalog.wording}" if catalog.wording else catalog.edition


def _moved(ref: str, old: Catalog, new: Catalog) -> str:
    """Where a clause went, or the nearest above it of which that is known."""
    chain = (ref, *(item.ref for item in old.ancestors(ref)))
    return next((new.moved[item] for item in chain if item in new.moved), "")


def _between(old: Catalog, new: Catalog) -> Iterable[Change]:
    """The changes that came into the wording after one consolidated wording and up to another."""
    if not old.wording or old.edition != new.edition:
        return
    for change in known_changes().changes:
        days = [step.on.isoformat() for step in change.steps]
        if (
            old.framework in change.frameworks
            and change.status == "in force"
            and any(old.wording < day <= new.wording for day in days)
        ):
            yield change


def _refs(texts: Iterable[str], catalog: Catalog) -> list[str]:
    prefix = f"{catalog.framework} "
    found = (text.removeprefix(prefix) for text in texts if text.startswith(prefix))
    return [ref for ref in found if ref in catalog.clauses]
