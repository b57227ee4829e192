"""Which clauses a change answers for the first time, which lose their answer, which others answer now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.citation import covered
from qmsdoc.views.clause_index import citations, in_order, label
from qmsdoc.views.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Project

COLUMNS = (
    Column("framework", "Framework"),
    Column("clause", "Clause"),
    Column("title", "Title"),
    Column("change", "Change"),
    Column("before", "Answered before by", ids=True),
    Column("now", "Answered now by", ids=True),
)
LOST, GAINED, MOVED = "lost", "gained", "other documents"

_Claims = dict[tuple[str, str], set[str]]


def changed_claims(base: Project, project: Project) -> Table:
    """One row a clause that is not answered by the same documents; by framework, what is lost first.

    It compares what documents say they answer in the working tree, whatever their state.
    """
    before, now = _claims(base), _claims(project)
    differing = [key for key in {*before, *now} if before.get(key) != now.get(key)]
    rows: list[tuple[str | tuple[str, ...], ...]] = []
    for framework in sorted({framework for framework, _ in differing}):
        catalog = (project if framework in project.catalogs else base).catalogs[framework]
        refs = in_order(catalog, (ref for key, ref in differing if key == framework))
        found = list(_rows(framework, refs, before, now))
        for what in (LOST, GAINED, MOVED):
            rows += (
                (framework, ref, label(catalog, ref), what, *answers)
                for ref, change, *answers in found
                if change == what
            )
    return Table("Clauses gained and lost", COLUMNS, rows)


def _rows(
    framework: str, refs: list[str], before: _Claims, now: _Claims
) -> Iterator[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    for ref in refs:
        old, new = (tuple(sorted(claims.get((framework, ref), ()))) for claims in (before, now))
        yield ref, MOVED if old and new else GAINED if new else LOST, old, new


def _claims(project: Project) -> _Claims:
    """Ids of the documents that say they answer a clause, by framework and reference."""
    found: _Claims = {}
    for document in project.by_id.values():
        for citation in citations(document, project.catalogs):
            for ref in covered(citation, project.catalogs):
                found.setdefault((citation.framework, ref), set()).add(document.id)
    return found
