"""People who work by a document and have not been trained on the revision in force.

**What.** A document in force asks for training (`training`), and a person who has held one of its roles
(`applies_to`) for 30 days has none on this revision. What counts: an acknowledgement or another act over the
revision where `read` is enough; else a training record or session that names document and revision and was not
failed.

**Why.** Personnel are competent, and records of their training are kept (ISO 13485 6.2).

**Right.** `qmsdoc sign SOP-004 acknowledgement`, or a training session: `qmsdoc new training-session`
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.rule import Context, Rule
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Project

rule = Rule(__name__, Severity.WARNING, clauses=("ISO 13485 6.2",), depends="time")

DAYS = 30  # after which a person in a new role should have been trained


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """One finding a document and role, with the persons."""
    trained = _trained(context.project)
    for status in context.statuses.values():
        document = status.document
        how = document.text("training")
        if not status.in_force or document.type.kind is not Kind.CONTROLLED or how in {"", "none"}:
            continue
        heard = trained.get((document.id, document.revision), set())
        if how == "read":
            heard = heard | {act.person for act in status.acts}
        shown = context.project.by_id.get(document.id, document)
        for number, role in enumerate(document.items("applies_to")):
            late = [key for key in _holders(role, context) if key not in heard]
            if late:
                message = f"not trained on revision {document.revision}: {', '.join(late)} (`{role}`)"
                place = shown.at("applies_to", number)
                yield Problem(place, message, f"`{how}`: acknowledge it, or record the training")


def _holders(role: str, context: Context) -> list[str]:
    """Persons who have held the role for so long that they should be trained."""
    before = context.today - timedelta(days=DAYS)
    people = context.project.people.persons.values()
    return [
        person.key
        for person in people
        if any(held.role == role and held.on(context.today) and held.since <= before for held in person.roles)
    ]


def _trained(project: Project) -> dict[tuple[str, int], set[str]]:
    """The persons by document and revision in whose training it was."""
    found: dict[tuple[str, int], set[str]] = {}
    for name in ("training", "training-session"):
        for record in project.by_type.get(name, ()):
            rows = record.tables.get("participants", ())
            persons = {str(row.values.get("person")) for row in rows if row.values.get("result") != "failed"}
            if record.date("trained_on") and record.text("result") != "failed":
                persons.add(record.text("person"))
            for row in record.tables.get("documents", ()):
                document, revision = row.values.get("document"), row.values.get("revision")
                if isinstance(document, str) and isinstance(revision, int):
                    found.setdefault((document, revision), set()).update(persons)
    return found
