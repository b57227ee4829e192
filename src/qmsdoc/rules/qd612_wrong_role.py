"""Something that one role must do was done by somebody else.

**What.** The chair of a management review belongs to top management; who is appointed as the PRRC, and who decides
on reportability and on field actions, holds the role of the PRRC. Looked at where `trust/people.toml` has it. A
company adds its own below `[duties]` in `qmsdoc.toml`: `declaration = { signatory = "top-management" }`.

**Why.** Top management reviews the system (ISO 13485 5.6.1); the PRRC answers for the fulfilment of the reporting
obligations (MDR Art. 15(3)(d)).

**Right.** The person with that role, or its deputy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 5.6.1", "MDR Art. 15(3)"))

# (type, key) that names a person, the role that the person must hold, and the day on which (else today).
DUTIES = {
    ("management-review", "chair"): ("top-management", "held_on"),
    ("prrc-appointment", "person"): ("prrc", ""),
    ("reportability-decision", "decided_by"): ("prrc", "decided_on"),
    ("field-safety-corrective-action", "decided_by"): ("prrc", "decided_on"),
}


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Persons without the role on the day."""
    people = context.project.people
    own = context.project.config.duties.get(document.type.name, {})
    duties = {key: duty for (name, key), duty in DUTIES.items() if name == document.type.name}
    for key, (role, day) in (duties | {key: (role, "closed") for key, role in own.items()}).items():
        person = people.persons.get(document.text(key))
        on = document.date(day) or context.today
        if person and role in people.roles and not person.holds(role, on):
            message = f"{person.key} does not hold the role `{role}` on {on}"
            yield Problem(document.at(key), message, "the person with that role, or its deputy")
