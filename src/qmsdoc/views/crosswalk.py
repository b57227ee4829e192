"""The three components of the QMS, computed from what documents claim: standard, regulation, own processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.crosswalk import crosswalk
from qmsdoc.views.clause_index import citations
from qmsdoc.views.coverage import Level, Question, claims_by_unit, coverage, unit_of
from qmsdoc.views.coverage_table import claim_text
from qmsdoc.views.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qmsdoc.catalog import Catalog, Component
    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Project

NAMES: dict[Component, str] = {
    "standard": "Asked by the standard",
    "regulation": "Added by regulation",
    "own": "Our own processes",
}
COMPONENTS = (
    Column("id", "Document", ids=True),
    Column("title", "Title"),
    Column("state", "State"),
    *(Column(key, name) for key, name in NAMES.items()),
)
CROSSWALK = (
    Column("ref", "Regulation"),
    Column("asks", "What it asks"),
    Column("iso", "ISO 13485"),
    Column("coverage", "By ISO 13485"),
    Column("adds", "What regulation adds"),
    Column("documents", "Answered by"),
    Column("level", "Coverage"),
    Column("confidence", "Confidence"),
)


def components_table(project: Project, found: Iterable[Status]) -> Table:
    """One row a document that claims something: the clauses of each component, with their frameworks."""
    rows = []
    for status in found:
        claims: dict[Component, list[str]] = {}
        for citation in citations(status.document, project.catalogs):
            component = project.catalogs[citation.framework].component
            text = f"{citation.framework} {citation.ref}"
            if text not in claims.setdefault(component, []):
                claims[component].append(text)
        if claims:
            document = status.document
            cells = (tuple(claims.get(key, ())) for key in NAMES)
            rows.append((document.id, document.title, status.state.value, *cells))
    return Table("Three components, one system", COMPONENTS, rows)


def crosswalk_table(question: Question, regulation: str) -> Table:
    """One row a duty of `MDR` or `IVDR`: what of it ISO 13485 covers, and which documents answer it."""
    catalog = question.project.catalogs[regulation]
    claims = claims_by_unit(question, regulation)
    levels = {row.clause.ref: row.level for row in coverage(question, regulation)}
    rows = []
    for match in crosswalk().matches:
        refs = match.refs(regulation)
        if not refs:
            continue
        units = list(dict.fromkeys(unit for ref in refs for unit in _units(ref, catalog)))
        documents = dict.fromkeys(claim_text(claim) for unit in units for claim in claims.get(unit, ()))
        level = _worst([levels[unit] for unit in units if unit in levels])
        told = (match.asks, match.iso, match.coverage, match.adds, tuple(documents), level, match.confidence)
        rows.append((refs, *told))
    return Table(f"{regulation} and ISO 13485", CROSSWALK, rows)


def _units(ref: str, catalog: Catalog) -> list[str]:
    """The unit that a reference is or belongs to, else the units below it."""
    if unit := unit_of(ref, catalog):
        return [unit]
    return [clause.ref for clause in catalog.below(ref) if clause.unit] if ref in catalog.clauses else []


def _worst(levels: list[Level]) -> str:
    """The level of a duty that several units make up: the least of those that apply."""
    applying = [level for level in levels if level is not Level.NOT_APPLICABLE]
    if applying:
        least: Level = min(applying, key=list(Level).index)
        return least.value
    return Level.NOT_APPLICABLE.value if levels else "not counted"
