"""A checklist says that a requirement does not apply, and the entry of the device says why it does.

**What.** A row of a GSPR checklist with `Applies` `false`, about a requirement of Annex I that is made for devices
with a property (sterile, measuring, software, for lay persons …) which the entry of the device states. Parts of
such a requirement may still not apply, and are not looked at.

**Why.** The documentation explains why a requirement does not apply (MDR Annex II 4(a)). A row that was copied
from the checklist of another device says what is wrong for this one.

**Right.** `true`, how the requirement is met and where that is shown; or correct the entry of the device.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qmsdoc.applicability import applicability, profile
from qmsdoc.citation import CitationError, read_citations
from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.citation import Citation
    from qmsdoc.project import Document

rule = Rule(__name__, Severity.WARNING, clauses=("MDR Annex II 4",))

_not = re.compile(r"\bnot\b").search


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Rows that say false of what a fact of the device makes true."""
    if document.type.name != "gspr-checklist":
        return
    devices, given = set(document.items("devices")), profile(context.project, context.today)
    for row in document.tables.get("answers", ()):
        if row.values.get("applies") is not False:
            continue
        for cited in _cited(str(row.values.get("requirement")), context):
            catalog = context.project.catalogs[cited.framework]
            found = applicability(catalog.clauses[cited.ref], catalog, given)
            if found.applies and devices.intersection(found.devices):
                message = f"{cited.framework} {cited.ref} is said not to apply, which it does: {found.because}"
                place = document.within(row.spans["applies"])
                yield Problem(place, message, "answer it, or correct the entry of the device")


def _cited(text: str, context: Context) -> list[Citation]:
    """The requirements that ask for a property; that a device lacks one does not yet make a requirement apply."""
    try:
        cited = read_citations(text, context.project.catalogs)
    except CitationError:
        return []
    clauses = {each: context.project.catalogs[each.framework].clauses.get(each.ref) for each in cited}
    return [each for each, clause in clauses.items() if clause and clause.when and not any(map(_not, clause.when))]
