"""A result that its own rows contradict.

**What.** Criteria are said to be met although an inspection did not pass; more is released than passed where each
piece was inspected (`651 of 700 passed`); parameters are said to be within their
limits although a value lies outside; a supplier is approved without conditions although a criterion is not met.
Limits are read where they are numbers: `240 to 250`, `at least 95`, `at most 5`, `≥ 95`, `≤ 5`.

**Why.** Product is released when the planned arrangements are fulfilled, and not before (ISO 13485 8.2.6); the
parameters of each sterilisation lot are on record (ISO 13485 7.5.5).

**Wrong.** `criteria_met: true` above a row with `Passed` `false`

**Right.** `criteria_met: false` and a nonconformity, or a concession with its reason.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 8.2.6", "ISO 13485 7.5.5", "ISO 13485 7.4.1"))

# (key, value, table, column): with that value no cell of the column may be false.
SUMMED_UP = (
    ("criteria_met", "true", "inspections", "passed"),
    ("result", "approved", "criteria", "met"),
)
_LEAST = {"at least", "min.", "minimum", "≥", ">="}
_a_number = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)(?![0-9.,:/-])").match
_between = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?) *(?:to|-|\.\.) *(-?[0-9]+(?:\.[0-9]+)?)(?![0-9.,:/-])").match
_of = re.compile(r"([0-9]{1,9}) of ([0-9]{1,9})(?![0-9])").match
_one_sided = re.compile(
    r"(at least|min\.|minimum|≥|>=|at most|max\.|maximum|≤|<=) *(-?[0-9]+(?:\.[0-9]+)?)(?![0-9.,:/-])",
    re.IGNORECASE,
).match


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Rows that say the opposite of the key that sums them up."""
    for key, said, table, column in SUMMED_UP:
        if document.says(key, said):
            for row in document.tables.get(table, ()):
                if row.values.get(column) is False:
                    place = document.within(row.spans[column])
                    yield Problem(place, f"`{key}: {said}` says otherwise", "one of them is wrong")
    released = document.number("quantity_released") or 0
    for row in document.tables.get("inspections", ()) if released else ():
        passed = _of(str(row.values.get("result", "")))
        if passed and int(passed[2]) == document.number("quantity_made") and int(passed[1]) < released:
            message = f"{passed[0]} passed, and {released} were released"
            yield Problem(document.at("quantity_released"), message, "one of them is wrong")
    if document.says("parameters_met", "true"):
        for row in document.tables.get("parameters", ()):
            limit, value = str(row.values.get("limit", "")), str(row.values.get("value", ""))
            if is_outside(value, limit):
                message = f"{value} lies outside `{limit}`, and `parameters_met: true` says otherwise"
                yield Problem(document.within(row.spans["value"]), message, "one of them is wrong")


def is_outside(value: str, limit: str) -> bool:
    """Whether a value is a number outside of a limit; False where either cannot be read."""
    measured, limits = _number(value), _limits(limit)
    if measured is None or limits is None:
        return False
    return not limits[0] <= measured <= limits[1]


def _number(text: str) -> float | None:
    found = _a_number(text.strip())
    return float(found[1]) if found else None


def _limits(text: str) -> tuple[float, float] | None:
    if between := _between(text):
        return float(between[1]), float(between[2])
    if one := _one_sided(text):
        bound = float(one[2])
        return (bound, math.inf) if one[1].lower() in _LEAST else (-math.inf, bound)
    return None
