"""The clause index: for each clause of a framework the documents, and their sections, that answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.catalog import nearest_listed
from qmsdoc.citation import Citation, CitationError, covered, read_citations
from qmsdoc.views.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qmsdoc.catalog import Catalog
    from qmsdoc.frameworks import Catalogs
    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Document, Project

COLUMNS = (
    Column("clause", "Clause"),
    Column("title", "Title"),
    Column("id", "Document", ids=True),
    Column("document", "Title of the document"),
    Column("section", "Section"),
    Column("state", "State"),
)


def citations(document: Document, catalogs: Catalogs) -> Iterator[Citation]:
    """The clauses that a document says it answers; a text that cites nothing is a finding elsewhere."""
    for text in document.items("satisfies"):
        try:
            yield from read_citations(text, catalogs)
        except CitationError:
            continue


def cited(found: Iterable[Status], catalogs: Catalogs, *frameworks: str) -> Iterator[tuple[Status, Citation]]:
    """What documents say they answer, of all or of some frameworks: each citation with the revision it is in."""
    for status in found:
        for citation in citations(status.document, catalogs):
            if not frameworks or citation.framework in frameworks:
                yield status, citation


def clause_index(project: Project, framework: str, found: Iterable[Status]) -> Table:
    """One row a clause and answer, in the order of the framework; `section` is an anchor or empty.

    `.*` at the end of a citation answers every clause that the catalogue lists below.
    """
    answers: dict[str, dict[tuple[str, str], Status]] = {}
    for status, citation in cited(found, project.catalogs, framework):
        for ref in covered(citation, project.catalogs):
            answers.setdefault(ref, {})[status.document.id, citation.section] = status
    catalog = project.catalogs[framework]
    rows = [
        (ref, label(catalog, ref), document_id, status.document.title, section, status.state.value)
        for ref in in_order(catalog, answers)
        for (document_id, section), status in sorted(answers[ref].items(), key=lambda answer: answer[0])
    ]
    return Table(project.catalogs.label(framework), COLUMNS, rows)


def label(catalog: Catalog, ref: str) -> str:
    """The title of a clause or what it asks, or nothing for a point that the catalogue leaves open."""
    clause = catalog.clauses.get(ref)
    return clause.label if clause else ""


def in_order(catalog: Catalog, refs: Iterable[str]) -> list[str]:
    """References in the order of the catalogue; an open point stands after the clause it belongs to."""
    order = {ref: position for position, ref in enumerate(catalog.clauses)}
    return sorted(refs, key=lambda ref: (order.get(nearest_listed(catalog, ref), len(order)), ref))


class Omission(NamedTuple):
    """What a manual says of a clause: `excluded` or `not applicable`, and why."""

    status: Status
    which: str
    why: str


def not_applied(project: Project, framework: str, found: Iterable[Status]) -> dict[str, list[Omission]]:
    """Clauses that manuals exclude or find not applicable, by reference."""
    excluded: dict[str, list[Omission]] = {}
    for status in found:
        for row in status.document.tables.get("exclusions", ()):
            try:
                cited = read_citations(str(row.values.get("clause")), project.catalogs)
            except CitationError:
                continue
            said = Omission(status, str(row.values.get("status")), str(row.values.get("justification")))
            for citation in cited:
                if citation.framework == framework:
                    excluded.setdefault(citation.ref, []).append(said)
    return excluded
