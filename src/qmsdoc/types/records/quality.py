"""Records of the quality management system: CAPA, audit, review, nonconformity, change (ISO 13485 5.6, 8)."""

from __future__ import annotations

from typing import Literal, get_args

from qmsdoc.types.base import Boolean, Date, DocumentId, Fields, Integer, Key, TableType, Text, field
from qmsdoc.types.records.base import CLOSED, OPEN, Action, Record, record_type


class Capa(Record):
    """Corrective or preventive action (ISO 13485 8.5.2, 8.5.3)."""

    action_kind: Literal["corrective", "preventive"] = field(
        "corrective after, preventive before the fact", since=OPEN
    )
    source: Literal["complaint", "audit", "nonconformity", "surveillance", "process", "supplier", "other"] = field(
        "where the problem was seen", since=OPEN
    )
    cause_on: Date | None = field("day the cause was established", after="opened")
    cause_by: Key | None = field("person who established it", since="cause", refers="person")
    planned_on: Date | None = field("day the actions were decided", planned=True)
    adverse_effect_checked: Boolean | None = field(
        "the action was checked not to harm safety, performance or the meeting of regulation", since="planned"
    )
    implemented_on: Date | None = field("day the last action was done")
    effective: Boolean | None = field("the effectiveness check passed", since=CLOSED)
    effectiveness_checked_on: Date | None = field(
        "day of the effectiveness check", since=CLOSED, after="implemented_on"
    )
    effectiveness_checked_by: Key | None = field("person who made it", since=CLOSED, refers="person")


class Audit(Record):
    """Audit, internal or of a supplier (ISO 13485 8.2.4, 7.4.1)."""

    audit_kind: Literal["internal", "supplier", "notified-body", "authority", "customer"] = field(
        "who audits whom", since=OPEN
    )
    planned_on: Date = field("planned day", since=OPEN, planned=True)
    processes: tuple[DocumentId, ...] | None = field("procedures audited", since=OPEN, refers="document")
    auditors: tuple[Key, ...] | None = field("persons who audit", since=OPEN, refers="person")
    performed_on: Date | None = field("last day of the audit")


class AuditFinding(Fields):
    """One line of an audit's result."""

    finding: Text = field("what was found", since=OPEN)
    grade: Literal["major", "minor", "observation", "conforming"] = field("weight", since=OPEN)
    clause: Text = field("requirement", since=OPEN, refers="clause")
    record: DocumentId | None = field("the finding record", of=("finding",))


class Finding(Record):
    """Nonconformity found by an audit (ISO 13485 8.2.4)."""

    audit: DocumentId | None = field("the audit that found it", of=("audit",))
    grade: Literal["major", "minor", "observation"] = field("weight", since=OPEN)
    clause: Text = field("the requirement not met", since=OPEN, refers="clause")
    due: Date = field("day by which it is answered", since=OPEN, planned=True)
    answered_on: Date | None = field("day cause and correction were decided")
    verified_on: Date | None = field("day the actions were verified", since=CLOSED)
    verified_by: Key | None = field("person who verified them", since=CLOSED, refers="person")
    capa: DocumentId | None = field("the CAPA it led to", of=("capa",))


class ManagementReview(Record):
    """Management review (ISO 13485 5.6)."""

    held_on: Date | None = field("day of the meeting")
    chair: Key = field("person of top management who leads it", since=OPEN, refers="person")
    participants: tuple[Key, ...] | None = field("persons who took part", since="held", refers="person")
    period_from: Date = field("first day of the period reviewed", since=OPEN)
    period_until: Date = field("last day of the period reviewed", since=OPEN, planned=True, after="period_from")


ReviewTopic = Literal[
    "feedback",
    "complaint handling",
    "reports to authorities",
    "audits",
    "monitoring of processes",
    "monitoring of product",
    "corrective action",
    "preventive action",
    "earlier reviews",
    "changes",
    "improvement",
    "regulation",
    "other",
]
REVIEW_INPUTS: tuple[str, ...] = get_args(ReviewTopic)[:-1]  # ISO 13485 5.6.2 a) to l), in this order


class ReviewInput(Fields):
    """An input of the review (ISO 13485 5.6.2) with where it stands; `other` is what the company adds."""

    input: ReviewTopic = field("the input", since="held")
    summary: Text = field("what it says", since="held")
    evidence: DocumentId | None = field("document or record", refers="document")


class Decision(Fields):
    """An output of the review (ISO 13485 5.6.3)."""

    decision: Text = field("what was decided", since="held")
    responsible: Key = field("person", since="held", refers="person")
    due: Date = field("planned day", since="held")


class Nonconformity(Record):
    """Nonconforming product (ISO 13485 8.3)."""

    detected_on: Date = field("day it was found", since=OPEN)
    detected_by: Key = field("person who found it", since=OPEN, refers="person")
    lot: Text | None = field("lot, serial number or software version", since=OPEN)
    quantity: Integer | None = field("number of items concerned")
    delivered: Boolean | None = field("whether it was found after delivery (8.3.3)", since=OPEN)
    decided_on: Date | None = field("day of the decision")
    decided_by: Key | None = field("person who decided", since="decided", refers="person")
    disposition: Literal["rework", "scrap", "return", "concession", "recall", "no-defect"] | None = field(
        "what is done with it", since="decided"
    )
    investigation: Boolean | None = field("whether it is investigated further (8.3.1)", since="decided")
    capa: DocumentId | None = field("the CAPA it led to", of=("capa",))


class Change(Record):
    """Change of product, process, supplier or the system (ISO 13485 4.1.4, 7.3.9; MDR Annex IX 2.4, 4.10)."""

    subject: Literal["product", "process", "software", "document", "supplier", "organisation"] = field(
        "what changes", since=OPEN
    )
    requested_by: Key = field("person who asks for it", since=OPEN, refers="person")
    assessed_on: Date | None = field("day the effects were assessed")
    affects: tuple[DocumentId, ...] | None = field(
        "documents and entries that change with it", since="assessed", refers="document"
    )
    affects_risk: Boolean | None = field("whether it touches the risk file", since="assessed")
    affects_clinical: Boolean | None = field("whether it touches the clinical evaluation", since="assessed")
    affects_requirements: Boolean | None = field(
        "whether it touches how MDR Annex I or a standard is met", since="assessed"
    )
    affects_udi: Boolean | None = field("whether it asks for a new UDI-DI or registration", since="assessed")
    affects_training: Boolean | None = field("whether people must be trained", since="assessed")
    significant: Boolean | None = field(
        "whether the notified body must be asked before it is done (MDR Annex IX 2.4, 4.10)", since="assessed"
    )
    significant_reason: Text | None = field("why", since="assessed")
    submission: DocumentId | None = field(
        "the application to the notified body",
        since="implemented",
        when="significant: true",
        of=("submission",),
    )
    risk_reviewed: Boolean | None = field(
        "the risk file was reviewed for it", since="implemented", when="affects_risk: true"
    )
    verified_by: DocumentId | None = field(
        "document or record that verifies it", since="implemented", refers="document"
    )
    implemented_on: Date | None = field("day it was done")


class Improvement(Record):
    """Improvement of a process, with what was measured before and after (ISO 13485 8.1, 8.5.1)."""

    area: Literal["production", "automation", "supply", "development", "service", "quality", "regulatory"] = field(
        "what is improved", since=OPEN
    )
    proposed_by: Key | None = field("person who proposed it", refers="person")
    measure: Text = field("what is measured, with its unit", since=OPEN)
    before: Text = field("value before", since=OPEN)
    target: Text = field("value aimed at", since=OPEN)
    change: DocumentId | None = field("the change it was done by", of=("change",))
    measured_on: Date | None = field("day it was measured after", since=CLOSED, after="opened")
    result: Text | None = field("value after", since=CLOSED)
    reached: Boolean | None = field("whether the target was reached", since=CLOSED)


PLANNED = 12  # months; the standard asks for planned intervals, and a year is the usual plan (5.6.1, 8.2.4)

TYPES = (
    record_type(
        "capa",
        "Corrective or preventive action",
        "CAPA",
        Capa,
        ("ISO 13485 8.5.2", "ISO 13485 8.5.3", "MDR Art. 10(9)(l)"),
        between=(("cause", "cause_on"), ("planned", "planned_on"), ("implemented", "implemented_on")),
        sections=(
            ("Problem", OPEN),
            ("Cause", "cause"),
            ("Actions", "planned"),
            ("Effectiveness check", CLOSED),
        ),
        tables=(TableType("actions", "Actions", Action, since="planned"),),
    ),
    record_type(
        "audit",
        "Audit",
        "AUD",
        Audit,
        ("ISO 13485 8.2.4",),
        between=(("performed", "performed_on"),),
        sections=(("Scope and criteria", OPEN), ("Findings", "performed"), ("Conclusion", CLOSED)),
        tables=(TableType("findings", "Findings", AuditFinding, since="performed"),),
        every=PLANNED,
    ),
    record_type(
        "finding",
        "Audit finding",
        "FND",
        Finding,
        ("ISO 13485 8.2.4",),
        between=(("answered", "answered_on"),),
        sections=(("Evidence", OPEN), ("Cause and correction", "answered")),
        tables=(TableType("actions", "Actions", Action, since="answered"),),
    ),
    record_type(
        "management-review",
        "Management review",
        "MRV",
        ManagementReview,
        ("ISO 13485 5.6.*",),
        between=(("held", "held_on"),),
        sections=(("Inputs", "held"), ("Decisions", "held")),
        tables=(
            TableType("inputs", "Inputs", ReviewInput, since="held"),
            TableType("decisions", "Decisions", Decision, since="held"),
        ),
        every=PLANNED,
    ),
    record_type(
        "nonconformity",
        "Nonconforming product",
        "NCR",
        Nonconformity,
        ("ISO 13485 8.3.*",),
        between=(("decided", "decided_on"),),
        sections=(("Description", OPEN), ("Disposition", "decided")),
    ),
    record_type(
        "change",
        "Change",
        "CHG",
        Change,
        ("ISO 13485 4.1.4", "ISO 13485 7.3.9"),
        between=(("assessed", "assessed_on"), ("implemented", "implemented_on")),
        sections=(("Change and reason", OPEN), ("Effects", "assessed")),
        tables=(TableType("actions", "Actions", Action, since="assessed"),),
    ),
    record_type(
        "improvement",
        "Improvement",
        "IMP",
        Improvement,
        ("ISO 13485 8.5.1",),
        sections=(("Proposal", OPEN), ("Result", CLOSED)),
    ),
)
