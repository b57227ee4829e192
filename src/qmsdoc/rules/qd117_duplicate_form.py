"""Two forms make the same type of document.

**What.** `makes` of a form says which type `qmsdoc new` begins from it; a second form with the same word is never
used, or the first is not.

**Why.** Records of one kind are made on one controlled form (ISO 13485 4.2.4, 4.2.5).

**Right.** Correct `makes`, or withdraw one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.lifecycle import State
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

rule = Rule(__name__, clauses=("ISO 13485 4.2.4", "ISO 13485 4.2.5"))


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """Every form after the first that makes a type; what was withdrawn makes nothing."""
    seen: dict[str, str] = {}
    for form in context.project.by_type.get("form", ()):
        makes = form.text("makes")
        if not makes or context.status(form).state is State.WITHDRAWN:
            continue
        if makes in seen:
            yield Problem(
                form.at("makes"), f"{seen[makes]} makes `{makes}` already", "correct it, or withdraw one of them"
            )
        seen.setdefault(makes, form.id)
