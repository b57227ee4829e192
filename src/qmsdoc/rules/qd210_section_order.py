"""Sections in another order than their type has.

**What.** A document has the sections of its type, and one stands before another that comes first in the type.

**Why.** Who knows one procedure finds the same place in all others; documents are identified and stay legible
(ISO 13485 4.2.4 e)).

**Right.** Put them in the order that `qmsdoc new` writes.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.rule import Context, Rule
from qmsdoc.scalars import section_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, Severity.WARNING, clauses=("ISO 13485 4.2.4 e)",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """The first section that stands behind one which comes later in its type."""
    order = {section_name(section.heading): number for number, section in enumerate(document.type.sections)}
    found = [(order[name], h) for h in document.body.headings if (name := section_name(h.text)) in order]
    for (before, earlier), (number, heading) in pairwise(found):
        if number < before:
            message = f"`{heading.text}` comes before `{earlier.text}` in a document of type {document.type.name}"
            yield Problem(document.within(heading.span), message, "put the sections in the order of the type")
            return
