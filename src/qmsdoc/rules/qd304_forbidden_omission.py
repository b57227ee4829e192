"""A quality manual leaves out a clause that it may not leave out.

**What.** *Not applicable* is for clauses 6, 7 and 8, *excluded* for 7.3 where regulation permits it. Neither may
contradict the properties of a device entry, the activities in `qmsdoc.toml`, or what MDR or IVDR Art. 10 asks of
every manufacturer.

**Why.** The manual gives scope and justification of what is left out (ISO 13485 clause 1, 4.2.2 a), and the
quality management system of a manufacturer addresses all of MDR Art. 10(9).

**Wrong.** `| ISO 13485 7.5.5 | not applicable | We make software. |` where a device entry says `sterile: true`

**Right.** Remove the row and answer the clause, or correct the device entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.applicability import profile
from qmsdoc.catalog import nearest_listed
from qmsdoc.citation import CitationError, read_citations
from qmsdoc.diagnostics import Problem
from qmsdoc.omission import objection
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

rule = Rule(__name__, clauses=("ISO 13485 4.2.2", "MDR Art. 10(9)"), waivable=False)


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """Rows of the table of exclusions that may not stand."""
    project = context.project
    rows = [(document, row) for document in project.documents for row in document.tables.get("exclusions", ())]
    if not rows:
        return
    given = profile(project, context.today)
    for document, row in rows:
        try:
            cited = read_citations(str(row.values.get("clause")), project.catalogs)
        except CitationError:  # another rule says so
            continue
        for citation in cited:
            catalog = project.catalogs[citation.framework]
            clause = catalog.clauses.get(nearest_listed(catalog, citation.ref))
            why = objection(clause, str(row.values.get("status")), project, given) if clause else ""
            if why:
                place = document.within(row.spans["clause"])
                yield Problem(place, f"{document.id} leaves out what it may not: {why}")
                break
