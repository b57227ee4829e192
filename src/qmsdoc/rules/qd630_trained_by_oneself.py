"""The trainer of a training is the person trained.

**What.** `trainer` of a training names its `person`. Where somebody reads a document (`method: read`), nobody
instructs; who instructs a session may stand among its participants.

**Why.** Competence comes of education, training and experience, and the effectiveness of training is evaluated
(ISO 13485 6.2); nobody examines themself.

**Right.** Somebody who has the competence already; for the first one, a course or experience with its evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, Severity.WARNING, clauses=("ISO 13485 6.2",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Trainings of one person."""
    trainer = document.text("trainer")
    if trainer and trainer == document.text("person") and document.text("method") not in {"read", "experience"}:
        yield Problem(document.at("trainer"), f"{trainer} is trained by themself", "name who instructed")
