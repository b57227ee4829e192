"""Claims drawn at random beside the passages they point to, for a person to judge whether they hold."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.citation import CitationError, covered, read_citations
from qmsdoc.views.clause_index import cited, label
from qmsdoc.views.coverage import Claim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmsdoc.catalog import Catalog
    from qmsdoc.frameworks import Catalogs
    from qmsdoc.project import Document
    from qmsdoc.views.coverage import Question


class Passage(NamedTuple):
    """One claim: the document, what it says it answers, and the lines of the section that should.

    Lines count from 1 in the file; the last is not included, and there are none where no section is named.
    """

    document: Document
    clause: str
    asks: str
    section: str
    first_line: int
    end_line: int | None
    elsewhere: frozenset[int] = frozenset()  # lines of table rows that are about other clauses


def claims(question: Question, frameworks: Sequence[str]) -> list[Passage]:
    """Every claim of the documents that count, in the order of ids."""
    catalogs = question.project.catalogs
    found = []
    for status, citation in cited(question.found.values(), catalogs, *frameworks):
        if not question.counts(status) or not Claim(status, "").is_for(question.device):
            continue
        first, end = _section(status.document, citation.section)
        for ref in covered(citation, catalogs):
            clause = catalogs[citation.framework].clauses.get(ref)
            asks = (clause.summary if clause else "") or label(catalogs[citation.framework], ref)
            told = f"{citation.framework} {ref}"
            passed_over = _elsewhere(status.document, citation.framework, ref, catalogs)
            found.append(Passage(status.document, told, asks, citation.section, first, end, passed_over))
    return found


def draw(every: Sequence[Passage], number: int, seed: int) -> list[Passage]:
    """A number of claims at random, the same for the same seed; all of them where there are fewer."""
    return random.Random(seed).sample(every, min(number, len(every)))  # noqa: S311 - a sample, not a secret


def _elsewhere(document: Document, framework: str, ref: str, catalogs: Catalogs) -> frozenset[int]:
    """The lines of rows that name clauses of which none is this one, above it or below it."""
    catalog = catalogs[framework]
    lines = set()
    for table in document.type.tables:
        for row in document.tables.get(table.field, ()):
            for column in (name for name, what in table.refers.items() if what == "clause"):
                try:
                    cited_here = read_citations(str(row.values.get(column)), catalogs)
                except CitationError:
                    continue
                if not any(
                    each.framework == framework and _on_one_line(catalog, each.ref, ref) for each in cited_here
                ):
                    lines.add(row.spans[column].line)
    return frozenset(lines)


def _on_one_line(catalog: Catalog, one: str, other: str) -> bool:
    """Whether one clause is the other, or stands above or below it."""
    return one == other or any(
        clause.ref == lower for upper, lower in ((one, other), (other, one)) for clause in catalog.below(upper)
    )


def _section(document: Document, anchor: str) -> tuple[int, int | None]:
    """The lines of the section with an anchor: to the next heading of its level or above."""
    headings = document.body.headings
    for index, heading in enumerate(headings):
        if heading.anchor == anchor:
            later = (other.span.line for other in headings[index + 1 :] if other.level <= heading.level)
            return heading.span.line, next(later, None)
    return 1, 1
