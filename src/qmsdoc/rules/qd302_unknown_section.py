"""A citation names a section that its document does not have.

**What.** `MDR Art. 87 @time-limits` says that the section `Time limits` of this document answers the clause.

**Why.** The clause index leads the auditor to that section (ISO 13485 4.2.2).

**Wrong.** `MDR Art. 87 @time-limit` where the heading is `Time limits`

**Right.** `MDR Art. 87 @time-limits`
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
    """Sections named by citations that are no anchors of the document."""
    anchors = document.body.anchors
    for text, place in document.named("clause"):
        if "@" not in text:
            continue
        try:
            cited = read_citations(text, context.project.catalogs)
        except CitationError:
            continue
        for section in sorted({citation.section for citation in cited if citation.section}):
            if section not in anchors:
                hint = context.did_you_mean(document, section, anchors, limit=8)
                yield Problem(place, f"{document.id} has no section `{section}`", hint)
