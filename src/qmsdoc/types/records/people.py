"""Records of competence (ISO 13485 6.2)."""

from __future__ import annotations

from typing import Literal

from qmsdoc.types.base import Date, DocumentId, Fields, Integer, Key, TableType, Text, field
from qmsdoc.types.records.base import CLOSED, OPEN, Record, record_type

Method = Literal["read", "instruct", "exam", "course", "experience"]


class Training(Record):
    """Training of one person (ISO 13485 6.2)."""

    person: Key = field("person trained", since=OPEN, refers="person")
    trained_on: Date | None = field("day of the training", since=CLOSED)
    method: Method | None = field("how", since=CLOSED)
    trainer: Key | None = field("person who instructed", refers="person", since=CLOSED, when="method: instruct")
    result: Literal["passed", "failed"] | None = field("outcome of the check of effectiveness", since=CLOSED)


class TrainedDocument(Fields):
    """A document revision that was trained."""

    document: DocumentId = field("document", since=OPEN, refers="document")
    revision: Integer = field("revision", since=OPEN, ge=1)


class TrainingSession(Record):
    """Training of several people at once (ISO 13485 6.2)."""

    held_on: Date | None = field("day of the session")
    method: Method = field("how", since=OPEN)
    trainer: Key = field("person who instructs", since=OPEN, refers="person")
    topic: Text | None = field("what is trained where it is no document")
    effectiveness: Text | None = field("how it was checked that the training works", since="held")


class Participant(Fields):
    """One person in a training session and what came of it."""

    person: Key = field("person trained", since="held", refers="person")
    result: Literal["passed", "failed"] = field("outcome of the check of effectiveness", since="held")


_DOCUMENTS = TableType("documents", "Documents", TrainedDocument, since=OPEN)

TYPES = (
    record_type("training", "Training", "TRN", Training, ("ISO 13485 6.2",), tables=(_DOCUMENTS,)),
    record_type(
        "training-session",
        "Training session",
        "TRS",
        TrainingSession,
        ("ISO 13485 6.2",),
        between=(("held", "held_on"),),
        tables=(_DOCUMENTS, TableType("participants", "Participants", Participant, since="held")),
    ),
)
