"""A checklist that passes over a requirement.

**What.** A checklist of the general safety and performance requirements has rows, and for a numbered requirement
of Annex I none: neither for it, nor for what stands above or below it.

**Why.** For each requirement the documentation says whether it applies and why not, how it is met and where that
is shown (MDR Annex II 4).

**Right.** A row for it; with `Applies` `false` and the reason where it does not apply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.citation import CitationError, read_citations
from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.catalog import Catalog, Clause
    from qmsdoc.project import Document

rule = Rule(__name__, Severity.WARNING, clauses=("MDR Annex II 4",))

MOST = 8  # requirements in one message


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Requirements of Annex I that no row is about, told at the heading of the table."""
    rows = document.tables.get("answers", ()) if document.type.name == "gspr-checklist" else ()
    answered = {clause for row in rows for clause in _cited(str(row.values.get("requirement")), context)}
    for framework in sorted({framework for framework, _ in answered}):
        catalog = context.project.catalogs[framework]
        open_ones = [
            clause.ref.removeprefix("Annex I ")
            for clause in catalog.below("Annex I")
            if clause.kind == "section"
            and _is_ours(clause, catalog)
            and not _is_answered(clause, catalog, answered)
        ]
        if open_ones:
            more = f" and {len(open_ones) - MOST} more" if len(open_ones) > MOST else ""
            shown = ", ".join(open_ones[:MOST]) + more
            message = f"no row for {framework} Annex I {shown}"
            place = document.at_heading("Requirements")
            yield Problem(place, message, "add a row, with the reason where it does not apply")


def _is_ours(clause: Clause, catalog: Catalog) -> bool:
    """Whether it obliges a manufacturer; some paragraphs of Annex I tell the Commission what to do."""
    who = next((each.who for each in (clause, *catalog.ancestors(clause.ref)) if each.who), ())
    return not who or "manufacturer" in who


def _is_answered(clause: Clause, catalog: Catalog, answered: set[tuple[str, str]]) -> bool:
    near = [clause, *catalog.ancestors(clause.ref), *catalog.below(clause.ref)]
    return any((catalog.framework, each.ref) in answered for each in near if each.kind != "chapter")


def _cited(text: str, context: Context) -> list[tuple[str, str]]:
    try:
        cited = read_citations(text, context.project.catalogs)
    except CitationError:
        return []
    return [(each.framework, each.ref) for each in cited if each.ref.startswith("Annex I ")]
