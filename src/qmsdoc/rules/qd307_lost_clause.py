"""A clause that a document answered before the change, and that no document answers any more.

**What.** Found by `validate --base REV`: `satisfies` of some document named it, and now no `satisfies` does.

**Why.** What a requirement asks is documented (ISO 13485 4.1.1, 4.2.1); that an answer got lost is seen when it is
lost, not at the audit.

**Right.** Name the clause in the document that answers it now, or say in the manual why it does not apply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.citation import CitationError, covered, read_citations
from qmsdoc.diagnostics import Location, Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document, Project

rule = Rule(__name__, clauses=("ISO 13485 4.1.1", "ISO 13485 4.2.1"))


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """Clauses of frameworks that are still active, told where they were answered, once for each document."""
    if context.base is None:
        return
    now, before = _answered(context.project), _answered(context.base)
    left_out = {row for d in context.project.by_type.get("manual", ()) for row in _excluded(d, context.project)}
    lost: dict[str, list[str]] = {}
    for (framework, ref), path in before.items():
        active = framework in context.project.config.frameworks
        if active and (framework, ref) not in now and (framework, ref) not in left_out:
            lost.setdefault(path, []).append(f"{framework} {ref}")
    for path, clauses in sorted(lost.items()):
        document = context.project.by_path.get(path)
        place = document.at_key("satisfies") if document else Location(path)
        shown = ", ".join(clauses[:MOST]) + (f" and {len(clauses) - MOST} more" if len(clauses) > MOST else "")
        message = f"nothing answers {shown} any more"
        yield Problem(
            place, message, "name it where it is answered now, or say in the manual why it does not apply"
        )


MOST = 5  # clauses in one message


def _answered(project: Project) -> dict[tuple[str, str], str]:
    """The path of a document that answers each clause, by framework and reference."""
    found: dict[tuple[str, str], str] = {}
    for document in project.documents:
        for text in document.items("satisfies"):
            for clause in _clauses(text, project):
                found.setdefault(clause, document.path)
    return found


def _excluded(document: Document, project: Project) -> Iterator[tuple[str, str]]:
    for row in document.tables.get("exclusions", ()):
        yield from _clauses(str(row.values.get("clause")), project)


def _clauses(text: str, project: Project) -> Iterator[tuple[str, str]]:
    try:
        cited = read_citations(text, project.catalogs)
    except CitationError:
        return
    for citation in cited:
        for ref in covered(citation, project.catalogs):
            yield citation.framework, ref
