"""A paragraph cites a clause that does not exist.

**What.** A number behind the name of a framework of `qmsdoc.toml`, anywhere in the body: `ISO 13485 8.2.6`,
`MDR Art. 88`. Several may follow each other: `ISO 13485 8.2.1, 8.2.2 and 8.3.3`. Other editions
(`ISO 13485:2003`) and code are passed over.

**Why.** Audit criteria and reports that cite a clause which is not there show nothing (ISO 13485 4.2.5, 8.2.4).

**Wrong.** `Criteria: ISO 13485 8.2.2 and 8.2.7`

**Right.** `Criteria: ISO 13485 8.2.2 and 8.2.6`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.citation import CitationError, read_citations
from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, Severity.WARNING, clauses=("ISO 13485 4.2.5", "ISO 13485 8.2.4"))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """What loading saw in the lines, of the frameworks that there are; table cells have QD301."""
    catalogs = context.project.catalogs
    cells = {place.line for _, place in document.named("clause")}
    for text, span in document.lines.cited:
        if span.line in cells or not any(text.startswith(f"{framework} ") for framework in catalogs):
            continue
        try:
            read_citations(text, catalogs)
        except CitationError as error:
            yield Problem(document.within(span), error.message, error.hint)
