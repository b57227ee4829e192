"""A management review that lacks an input.

**What.** A review that was held has a row for each input that the standard lists, also where there is nothing to
report.

**Why.** The inputs of the review are listed in ISO 13485 5.6.2 a) to l), and the record shows them.

**Right.** Add the row, with what the review saw: `| regulation | Nothing new that applies | |`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule
from qmsdoc.types.records.quality import REVIEW_INPUTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 5.6.2",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Inputs that are absent from reviews that were held."""
    if (
        document.type.name != "management-review"
        or not document.date("held_on")
        or not document.tables.get("inputs")
    ):
        return  # a table that is not there at all is QD012's
    given = {row.values.get("input") for row in document.tables["inputs"]}
    absent = [name for name in REVIEW_INPUTS if name not in given]
    if absent and "inputs" not in document.invalid:
        message = f"the review has no input `{'`, `'.join(absent)}`"
        place = document.at_heading("Inputs")
        yield Problem(place, message, "add a row for each, also where there is nothing to report")
