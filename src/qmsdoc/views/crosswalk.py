"""The three components of the QMS, computed from what documents claim: standard, regulation, own processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qmsdoc.crosswalk import crosswalk
from qmsdoc.views.clause_index import citations
from qmsdoc.views.coverage import Level, unit_of
from qmsdoc.views.coverage_table import claim_text
from qmsdoc.views.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qmsdoc.catalog import Catalog, Component
    from qmsdoc.crosswalk import Match
    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Project
    from qmsdoc.views.coverage import Claim, Row

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


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty of a regulation with its place in the crosswalk and the units of coverage that make it up."""

    match: Match
    refs: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What documents claim of it, each claim once."""
        found: list[Claim] = []
        for claim in (claim for row in self.rows for claim in row.claims):
            if claim not in found:
                found.append(claim)
        return tuple(found)

    @property
    def level(self) -> str:
        """The least level of its units that apply: a gap before what is answered."""
        levels = [row.level for row in self.rows if row.level is not Level.NOT_APPLICABLE]
        if levels:
            least: Level = min(levels, key=lambda level: (not level.is_gap, list(Level).index(level)))
            return least.value
        return Level.NOT_APPLICABLE.value if self.rows else "not counted"


def duties(catalog: Catalog, rows: Iterable[Row]) -> list[Duty]:
    """The duties of `MDR` or `IVDR` in the order of the crosswalk, from the coverage of that regulation."""
    by_ref = {row.clause.ref: row for row in rows}
    found = []
    for match in crosswalk().matches:
        if refs := match.refs(catalog.framework):
            units = dict.fromkeys(unit for ref in refs for unit in _units(ref, catalog))
            found.append(Duty(match, refs, tuple(by_ref[unit] for unit in units if unit in by_ref)))
    return found


def crosswalk_table(catalog: Catalog, rows: Iterable[Row]) -> Table:
    """One row a duty: what of it ISO 13485 covers, and which documents answer it."""
    cells = []
    for duty in duties(catalog, rows):
        match, documents = duty.match, tuple(dict.fromkeys(claim_text(claim) for claim in duty.claims))
        told = (match.asks, match.iso, match.coverage, match.adds, documents, duty.level, match.confidence)
        cells.append((duty.refs, *told))
    return Table(f"{catalog.framework} and ISO 13485", CROSSWALK, cells)


def _units(ref: str, catalog: Catalog) -> list[str]:
    """The unit that a reference is or belongs to, else the units below it."""
    if unit := unit_of(ref, catalog):
        return [unit]
    return [clause.ref for clause in catalog.below(ref) if clause.unit] if ref in catalog.clauses else []
