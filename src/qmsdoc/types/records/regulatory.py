"""Records of the talk with authorities and notified body, of the watch of law, and of any other kind."""

from __future__ import annotations

from typing import Literal

from qmsdoc.types.base import Boolean, Date, DocumentId, Key, TableType, Text, field
from qmsdoc.types.records.base import CLOSED, OPEN, Action, Record, record_type

OTHER_KINDS = Literal[
    "concession",
    "correspondence",
    "customer-feedback",
    "design-review",
    "design-transfer",
    "design-validation",
    "design-verification",
    "distribution",
    "incoming-inspection",
    "installation",
    "literature-search",
    "maintenance",
    "monitoring",
    "order-review",
    "regulatory-watch",
    "rework",
    "service",
    "signal-decision",
    "usability-test",
    "other",
]
Outcome = Literal["accepted", "accepted-with-conditions", "refused", "withdrawn", "acknowledged"]
Source = Literal["complaint", "service", "survey", "registry", "literature", "similar-device", "user-group"]


class Submission(Record):
    """What is handed to an authority or a notified body, and its answer (MDR Art. 52, 53, Annexes VII, IX)."""

    submitted_to: Text = field("authority or notified body", since=OPEN)
    subject: Literal[
        "application",
        "change",
        "declaration",
        "investigation",
        "psur",
        "registration",
        "sscp",
        "supply-interruption",
        "surveillance",
        "other",
    ] = field("what it is about", since=OPEN)
    about: tuple[DocumentId, ...] | None = field("the documents and records handed in", refers="document")
    submitted_on: Date | None = field("day it was handed in", after="opened")
    answer_due: Date | None = field("day by which an answer is expected", planned=True, after="submitted_on")
    answered_on: Date | None = field("day of the answer", since=CLOSED, after="submitted_on")
    outcome: Outcome | None = field("the answer", since=CLOSED)


class RegulatoryChange(Record):
    """Assessment of a change of law, guidance or standard (ISO 13485 5.6.2 l); MDR Art. 10(9))."""

    source: Text = field("the act, guidance or standard, with its number", since=OPEN)
    published_on: Date | None = field("day it was published")
    applies_from: Date | None = field("day from which it applies", planned=True)
    assessed_on: Date | None = field("day it was assessed", after="published_on")
    assessed_by: Key | None = field("person who assessed it", since="assessed", refers="person")
    relevant: Boolean | None = field("whether it concerns the devices or the QMS", since="assessed")
    reason: Text | None = field("why", since="assessed")
    affected: tuple[DocumentId, ...] | None = field(
        "documents and devices that it touches", since="assessed", when="relevant: true", refers="document"
    )
    change: DocumentId | None = field("the change that brings it in", of=("change",))


class Other(Record):
    """A record of any other kind: what was done when, under which procedure, with which result."""

    kind: OTHER_KINDS = field("what it records", since=OPEN)
    performed_on: Date | None = field("day it was done", since=CLOSED)
    performed_by: tuple[Key, ...] | None = field("persons who did it", since=CLOSED, refers="person")
    lot: Text | None = field("lot, serial number or software version")
    result: Literal["passed", "failed", "information"] | None = field("outcome", since=CLOSED)
    source: Source | None = field("where feedback comes from", since=OPEN, when="kind: customer-feedback")


TYPES = (
    record_type(
        "submission",
        "Submission",
        "SUB",
        Submission,
        ("ISO 13485 7.2.3", "MDR Art. 52", "MDR Annex IX 2.4"),
        between=(("submitted", "submitted_on"),),
        sections=(("Content", OPEN), ("Answer", CLOSED)),
    ),
    record_type(
        "regulatory-change",
        "Assessment of a regulatory change",
        "RGC",
        RegulatoryChange,
        ("ISO 13485 5.6.2", "MDR Art. 10(9)(a)"),
        between=(("assessed", "assessed_on"),),
        sections=(("What changes", OPEN), ("Effects", "assessed")),
        tables=(TableType("actions", "Actions", Action, since="assessed"),),
    ),
    record_type(
        "record",
        "Record",
        "REC",
        Other,
        ("ISO 13485 4.2.5",),
        sections=(("Subject", OPEN), ("Result", CLOSED)),
    ),
)
