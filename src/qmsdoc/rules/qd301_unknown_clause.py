"""A citation does not name one requirement.

**What.** Citations name their framework and a clause that exists in the edition that `qmsdoc.toml` chooses. A
bare number that several frameworks have is ambiguous.

**Why.** An auditor who asks for a clause must be shown what answers it, not what resembles it (ISO 13485 4.2.2).

**Wrong.** `satisfies: [ISO 13485 8.2.7]`

**Right.** `satisfies: [ISO 13485 8.2.6]`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.citation import CitationError, read_citations
from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.2",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Citations that cannot be resolved."""
    for text, place in document.named("clause"):
        try:
            read_citations(text, context.project.catalogs)
        except CitationError as error:
            yield Problem(place, str(error), error.hint or None)
