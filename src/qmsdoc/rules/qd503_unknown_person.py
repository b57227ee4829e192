"""A person that `trust/people.toml` does not have.

**What.** Persons in records are keys, so that a name is written once and roles can be checked by date.

**Why.** A record identifies who did what (ISO 13485 4.2.5); `A. Keller` and `Anna Keller` may be two people.

**Wrong.** `aware_by: anna-kellner`

**Right.** `aware_by: anna-keller`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.5",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Keys of persons that are not in people.toml."""
    persons = context.project.people.persons
    if not persons:
        return
    for person, place in document.named("person"):
        if person not in persons:
            hint = context.did_you_mean(document, person, persons)
            yield Problem(place, f"`{person}` is not a person of trust/people.toml", hint)
