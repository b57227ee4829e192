"""Records: evidence of one event, open until closed, then only corrected (ISO 13485 4.2.5)."""

from __future__ import annotations

from typing import Literal

from qmsdoc.types.base import (
    Boolean,
    Common,
    Date,
    DocumentId,
    DocumentType,
    ExternalKey,
    Fields,
    Integer,
    Key,
    Section,
    Stage,
    TableType,
    Text,
    field,
)
from qmsdoc.types.kinds import Kind

OPEN, CLOSED = "open", "closed"
RETENTION = (
    "at least the lifetime of the device and not less than two years from release (ISO 13485 4.2.5); "
    "10 years, implantable devices 15 years, after the last device was placed on the market where it belongs "
    "to the documentation of MDR Art. 10(8)"
)


class Record(Common):
    """Front matter that every record shares."""

    opened: Date = field("the day the record was begun", since=OPEN)
    closed: Date | None = field("the day it was completed")
    procedure: DocumentId | None = field("the procedure it was made under", since=OPEN, refers="document")
    procedure_revision: Integer | None = field("the revision of that procedure", ge=1)
    devices: tuple[DocumentId, ...] | None = field("the devices it concerns", refers="document")
    evidence: tuple[ExternalKey, ...] | None = field("pointers into systems declared in qmsdoc.toml")


class Action(Fields):
    """One action with the person who does it and its dates."""

    action: Text = field("what is done", since=OPEN)
    responsible: Key = field("person who does it", since=OPEN, refers="person")
    due: Date = field("planned day", since=OPEN)
    done_on: Date | None = field("day it was done", since=CLOSED)


class Capa(Record):
    """Corrective or preventive action (ISO 13485 8.5.2, 8.5.3)."""

    action_kind: Literal["corrective", "preventive"] = field(
        "corrective after, preventive before the fact", since=OPEN
    )
    source: Literal["complaint", "audit", "nonconformity", "surveillance", "process", "supplier", "other"] = field(
        "where the problem was seen", since=OPEN
    )
    cause_on: Date | None = field("day the cause was established")
    cause_by: Key | None = field("person who established it", since="cause", refers="person")
    planned_on: Date | None = field("day the actions were decided")
    adverse_effect_checked: Boolean | None = field(
        "the action was checked not to harm safety, performance or the meeting of regulation", since="planned"
    )
    implemented_on: Date | None = field("day the last action was done")
    effective: Boolean | None = field("the effectiveness check passed", since=CLOSED)
    effectiveness_checked_on: Date | None = field("day of the effectiveness check", since=CLOSED)
    effectiveness_checked_by: Key | None = field("person who made it", since=CLOSED, refers="person")


class Complaint(Record):
    """Complaint and its assessment (ISO 13485 8.2.2; MDR Art. 87 for the clock)."""

    received: Date = field("day the message reached the organisation or its partner", since=OPEN)
    aware_on: Date = field(
        "day somebody in the organisation became aware: day 0 of the reporting clock", since=OPEN
    )
    aware_by: Key = field("person who became aware", since=OPEN, refers="person")
    complainant: ExternalKey | None = field("key of the complainant in a restricted store", personal=True)
    lot: Text | None = field("lot, serial number or software version")
    assessed_on: Date | None = field("day it was decided whether this is a complaint and reportable")
    is_complaint: Boolean | None = field("whether it is a complaint by ISO 13485 3.4", since="assessed")
    is_complaint_reason: Text | None = field("why", since="assessed")
    reportable: Boolean | None = field("whether it is reportable to an authority", since="assessed")
    reportable_reason: Text | None = field("why", since="assessed")
    reported_on: Date | None = field("day of the report to the authority")
    investigated: Boolean | None = field("whether it was investigated", since=CLOSED)
    not_investigated_reason: Text | None = field("why not, where it was not (ISO 13485 8.2.2)")
    capa: DocumentId | None = field("the CAPA it led to", refers="document")


class Training(Record):
    """Training of one person (ISO 13485 6.2)."""

    person: Key = field("person trained", since=OPEN, refers="person")
    trained_on: Date | None = field("day of the training", since=CLOSED)
    method: Literal["read", "instruct", "exam", "course", "experience"] | None = field("how", since=CLOSED)
    trainer: Key | None = field("person who instructed", refers="person")
    result: Literal["passed", "failed"] | None = field("outcome of the check of effectiveness", since=CLOSED)


class TrainedDocument(Fields):
    """A document revision that was trained."""

    document: DocumentId = field("document", since=OPEN, refers="document")
    revision: Integer = field("revision", since=OPEN, ge=1)


class Audit(Record):
    """Audit, internal or of a supplier (ISO 13485 8.2.4, 7.4.1)."""

    audit_kind: Literal["internal", "supplier", "notified-body", "authority", "customer"] = field(
        "who audits whom", since=OPEN
    )
    planned_on: Date = field("planned day", since=OPEN)
    processes: tuple[DocumentId, ...] | None = field("procedures audited", since=OPEN, refers="document")
    auditors: tuple[Key, ...] | None = field("persons who audit", since=OPEN, refers="person")
    performed_on: Date | None = field("last day of the audit")


class AuditFinding(Fields):
    """One line of an audit's result."""

    finding: Text = field("what was found", since=OPEN)
    grade: Literal["major", "minor", "observation", "conforming"] = field("weight", since=OPEN)
    clause: Text = field("requirement", since=OPEN, refers="clause")
    record: DocumentId | None = field("the finding record", refers="document")


class Finding(Record):
    """Nonconformity found by an audit (ISO 13485 8.2.4)."""

    audit: DocumentId | None = field("the audit that found it", refers="document")
    grade: Literal["major", "minor", "observation"] = field("weight", since=OPEN)
    clause: Text = field("the requirement not met", since=OPEN, refers="clause")
    due: Date = field("day by which it is answered", since=OPEN)
    answered_on: Date | None = field("day cause and correction were decided")
    verified_on: Date | None = field("day the actions were verified", since=CLOSED)
    verified_by: Key | None = field("person who verified them", since=CLOSED, refers="person")
    capa: DocumentId | None = field("the CAPA it led to", refers="document")


class ManagementReview(Record):
    """Management review (ISO 13485 5.6)."""

    held_on: Date | None = field("day of the meeting")
    chair: Key = field("person of top management who leads it", since=OPEN, refers="person")
    participants: tuple[Key, ...] | None = field("persons who took part", since="held", refers="person")
    period_from: Date = field("first day of the period reviewed", since=OPEN)
    period_until: Date = field("last day of the period reviewed", since=OPEN)


class ReviewInput(Fields):
    """An input of the review (ISO 13485 5.6.2) with where it stands."""

    input: Text = field("the input", since="held")
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
    capa: DocumentId | None = field("the CAPA it led to", refers="document")


class Change(Record):
    """Change of product, process, software, supplier or the system (ISO 13485 4.1.4, 7.3.9; MDR Annex IX 2.4)."""

    subject: Literal["product", "process", "software", "document", "supplier", "organisation"] = field(
        "what changes", since=OPEN
    )
    requested_by: Key = field("person who asks for it", since=OPEN, refers="person")
    assessed_on: Date | None = field("day the effects were assessed")
    significant: Boolean | None = field("whether authority or notified body must be told first", since="assessed")
    significant_reason: Text | None = field("why", since="assessed")
    risk_reviewed: Boolean | None = field("the risk file was reviewed for it", since="assessed")
    implemented_on: Date | None = field("day it was done")


def _record(
    name: str,
    title: str,
    prefix: str,
    model: type[Record],
    clauses: tuple[str, ...],
    *,
    between: tuple[tuple[str, str], ...] = (),
    sections: tuple[tuple[str, str], ...] = (),
    tables: tuple[TableType, ...] = (),
    every: int | None = None,
) -> DocumentType:
    return DocumentType(
        name=name,
        title=title,
        kind=Kind.RECORD,
        prefix=prefix,
        folder=f"records/{name}",
        model=model,
        stages=(Stage(OPEN), *(Stage(*stage) for stage in between), Stage(CLOSED, "closed")),
        clauses=clauses,
        retention=RETENTION,
        sections=tuple(Section(*section) for section in sections),
        tables=tables,
        every=every,
    )


PLANNED = 12  # months; the standard asks for planned intervals, and a year is the usual plan (5.6.1, 8.2.4)

TYPES = (
    _record(
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
    _record(
        "complaint",
        "Complaint",
        "CMP",
        Complaint,
        ("ISO 13485 8.2.2", "MDR Art. 10(13)"),
        between=(("assessed", "assessed_on"),),
        sections=(("Description", OPEN), ("Investigation", CLOSED), ("Reply", CLOSED)),
    ),
    _record(
        "training",
        "Training",
        "TRN",
        Training,
        ("ISO 13485 6.2",),
        tables=(TableType("documents", "Documents", TrainedDocument, since=OPEN),),
    ),
    _record(
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
    _record(
        "finding",
        "Audit finding",
        "FND",
        Finding,
        ("ISO 13485 8.2.4",),
        between=(("answered", "answered_on"),),
        sections=(("Evidence", OPEN), ("Cause and correction", "answered")),
        tables=(TableType("actions", "Actions", Action, since="answered"),),
    ),
    _record(
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
    _record(
        "nonconformity",
        "Nonconforming product",
        "NCR",
        Nonconformity,
        ("ISO 13485 8.3.*",),
        between=(("decided", "decided_on"),),
        sections=(("Description", OPEN), ("Disposition", "decided")),
    ),
    _record(
        "change",
        "Change",
        "CHG",
        Change,
        ("ISO 13485 4.1.4", "ISO 13485 7.3.9"),
        between=(("assessed", "assessed_on"), ("implemented", "implemented_on")),
        sections=(("Change and reason", OPEN), ("Effects", "assessed")),
        tables=(TableType("actions", "Actions", Action, since="assessed"),),
    ),
)
