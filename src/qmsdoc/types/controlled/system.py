"""Controlled documents of the quality management system."""

from __future__ import annotations

from typing import Literal

from qmsdoc.types.base import Date, DocumentId, Fields, Integer, Key, Srn, TableType, Text, field
from qmsdoc.types.controlled.base import APPROVAL, DRAFT, Controlled, controlled_type


class Manual(Controlled):
    """Quality manual."""


class Policy(Controlled):
    """Quality policy."""


class Sop(Controlled):
    """Standard operating procedure."""

    interfaces: tuple[DocumentId, ...] | None = field(
        "procedures with which results are exchanged; each names this one too", of=("sop",)
    )


class WorkInstruction(Controlled):
    """Work instruction."""


class Form(Controlled):
    """Form: a body that `qmsdoc new` fills."""

    makes: Key | None = field("the document type that this form makes")


class Plan(Controlled):
    """Plan."""

    devices: tuple[DocumentId, ...] | None = field("the devices it is for", of=("device",))


class Report(Controlled):
    """Report."""

    devices: tuple[DocumentId, ...] | None = field("the devices it is about", of=("device",))
    plan: DocumentId | None = field("the plan it reports on", refers="document")


class AuditProgramme(Controlled):
    """Programme of the audits of a year (ISO 13485 8.2.4)."""

    year: Integer = field("calendar year", since=DRAFT, ge=2000, le=2999)


class PlannedAudit(Fields):
    """A process and when it is audited."""

    process: DocumentId = field("procedure audited", since=DRAFT, refers="document")
    planned_on: Date = field("planned day", since=DRAFT)
    lead_auditor: Key = field("person who leads it, not one who does the work", since=DRAFT, refers="person")
    reason: Text = field("status, importance and earlier results that set depth and interval", since=DRAFT)


class RoleDescription(Controlled):
    """What a role does, decides and must be able to do (ISO 13485 5.5.1, 6.2)."""

    role: Key = field("the role", since=DRAFT, refers="role")
    reports_to: Key | None = field("the role it reports to, where there is one", refers="role")
    deputy: Key | None = field("the role that stands in", refers="role")


class Appointment(Controlled):
    """Appointment of the person responsible for regulatory compliance, PRRC (MDR Art. 15)."""

    person: Key = field("person appointed", since=DRAFT, refers="person")
    deputy: Key | None = field("person who stands in", since=APPROVAL, refers="person")
    qualified_by: Literal["degree-and-one-year", "four-years"] = field(
        "qualification by MDR Art. 15(1)(a) or (b)", since=DRAFT
    )
    bound: Literal["employed", "permanently-available"] = field(
        "within the organisation, or permanently and continuously at its disposal (MDR Art. 15(2))", since=DRAFT
    )
    areas: tuple[Text, ...] | None = field("areas of duty, where several persons share them (MDR Art. 15(4))")


class QualityAgreement(Controlled):
    """Quality agreement with a supplier (ISO 13485 4.1.5, 7.4.2)."""

    party: DocumentId | None = field("the supplier", since=DRAFT, of=("supplier",))


class OperatorAgreement(Controlled):
    """Mandate of an authorised representative, or agreement with another operator (MDR Art. 11-14, 16)."""

    operator: Text = field("name of the economic operator", since=DRAFT)
    operator_role: Literal["authorised-representative", "importer", "distributor", "own-brand"] = field(
        "role of the operator", since=DRAFT
    )
    srn: Srn | None = field("single registration number of the operator, where it has one (MDR Art. 31)")
    devices: tuple[DocumentId, ...] | None = field("the devices it covers", since=APPROVAL, of=("device",))
    territory: tuple[Text, ...] | None = field("countries", since=APPROVAL)


class Task(Fields):
    """Who does what under an agreement."""

    task: Text = field("the task", since=DRAFT)
    responsible: Literal["manufacturer", "other party", "both"] = field("who does it", since=DRAFT)
    clause: Text | None = field("the requirement behind it", refers="clause")


class Exclusion(Fields):
    """A clause that the manual excludes or finds not applicable, with the justification (4.2.2 a)."""

    clause: Text = field("the clause", since=DRAFT, refers="clause")
    status: Literal["not applicable", "excluded"] = field("which of the two", since=DRAFT)
    justification: Text = field("why", since=DRAFT)


_TASKS = (TableType("tasks", "Responsibilities", Task, since=APPROVAL),)

TYPES = (
    controlled_type(
        "manual",
        "Quality manual",
        "MAN",
        Manual,
        ("ISO 13485 4.2.2",),
        "Scope",
        "Exclusions and non-applications",
        "Processes and their interaction",
        "Structure of the documentation",
        tables=(TableType("exclusions", "Exclusions and non-applications", Exclusion, since=DRAFT),),
    ),
    controlled_type("policy", "Quality policy", "POL", Policy, ("ISO 13485 5.3",), "Policy"),
    controlled_type(
        "sop",
        "Standard operating procedure",
        "SOP",
        Sop,
        ("ISO 13485 4.2.4",),
        "Purpose and scope",
        "Roles",
        "Procedure",
        "Records",
    ),
    controlled_type(
        "work-instruction",
        "Work instruction",
        "WI",
        WorkInstruction,
        ("ISO 13485 4.2.4",),
        "Purpose and scope",
        "Steps",
    ),
    controlled_type("form", "Form", "FRM", Form, ("ISO 13485 4.2.4",), folder="templates"),
    controlled_type("plan", "Plan", "PLN", Plan, ("ISO 13485 7.1",), "Purpose and scope", "Activities"),
    controlled_type("report", "Report", "RPT", Report, ("ISO 13485 4.2.4",), "Summary", "Results", "Conclusion"),
    controlled_type(
        "audit-programme",
        "Audit programme",
        "AUP",
        AuditProgramme,
        ("ISO 13485 8.2.4",),
        "Basis",
        "Programme",
        tables=(TableType("programme", "Programme", PlannedAudit, since=DRAFT),),
    ),
    controlled_type(
        "role-description",
        "Role description",
        "ROL",
        RoleDescription,
        ("ISO 13485 5.5.1", "ISO 13485 6.2"),
        "Tasks",
        "Decisions",
        "Competence",
    ),
    controlled_type(
        "prrc-appointment",
        "Appointment of the PRRC",
        "PRC",
        Appointment,
        ("MDR Art. 15",),
        "Tasks",
        "Position",
        "Qualification",
    ),
    controlled_type(
        "quality-agreement",
        "Quality agreement",
        "AGR",
        QualityAgreement,
        ("ISO 13485 4.1.5", "ISO 13485 7.4.2"),
        "Parties and scope",
        "Responsibilities",
    ),
    controlled_type(
        "operator-agreement",
        "Mandate or agreement with an economic operator",
        "EOA",
        OperatorAgreement,
        ("MDR Art. 11", "MDR Art. 13", "MDR Art. 14", "MDR Art. 16"),
        "Parties and scope",
        "Responsibilities",
        tables=_TASKS,
    ),
)
