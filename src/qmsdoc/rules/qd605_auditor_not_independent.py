"""An auditor who answers for the process that is audited.

**What.** A person who audits holds, on that day, the role that owns the procedure; in an audit record or in the
programme.

**Why.** Auditors do not audit their own work (ISO 13485 8.2.4).

**Wrong.** `auditors: [anna-keller]` and `processes: [SOP-006]`, whose owner is the role that anna-keller holds

**Right.** Somebody else audits that process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 8.2.4",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Auditors of internal audits, and lead auditors of a programme, who hold the role of the owner."""
    if document.type.name == "audit" and document.text("audit_kind") == "internal":
        day = document.date("performed_on") or document.date("planned_on")
        for person, place in document.items_with_places("auditors"):
            for process in document.items("processes"):
                if day and (role := _own(person, process, day, context)):
                    yield Problem(place, _told(person, role, process), "somebody else audits it")
    elif document.type.name == "audit-programme":
        for row in document.tables.get("programme", ()):
            person, process = str(row.values.get("lead_auditor")), str(row.values.get("process"))
            planned = row.values.get("planned_on")
            if isinstance(planned, type(context.today)) and (role := _own(person, process, planned, context)):
                place = document.within(row.spans["lead_auditor"])
                yield Problem(place, _told(person, role, process), "somebody else leads this audit")


def _own(person: str, process: str, day: date, context: Context) -> str:
    """The role by which a person answers for a process on a day, or an empty text."""
    known, procedure = context.project.people.persons.get(person), context.project.by_id.get(process)
    role = procedure.text("owner") if procedure else ""
    return role if known and known.holds(role, day) else ""


def _told(person: str, role: str, process: str) -> str:
    return f"{person} holds the role `{role}`, which owns {process}"
