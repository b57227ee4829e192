"""Controlled documents of devices: plans, reports, technical documentation (MDR Annexes I-IV, XIV)."""

from __future__ import annotations

from typing import Literal

from qmsdoc.types.base import Boolean, Date, DocumentId, Fields, Integer, Key, TableType, Text, field
from qmsdoc.types.controlled.base import APPROVAL, DRAFT, Controlled, controlled_type


class ForDevice(Controlled):
    """Front matter of a document about devices."""

    devices: tuple[DocumentId, ...] = field("the devices it is about", since=DRAFT, of=("device",))


class RiskPlan(ForDevice):
    """Risk management plan (ISO 14971 4.4; MDR Annex I 3(a))."""


class Acceptability(Fields):
    """How probable a harm of one severity may be at most; 0 where no probability is acceptable."""

    severity: Integer = field("level of severity", since=DRAFT, ge=1, le=5)
    meaning: Text = field("what the level means", since=DRAFT)
    acceptable_up_to: Integer = field("highest level of probability that is acceptable", since=DRAFT, ge=0, le=5)


class RiskReport(ForDevice):
    """Risk management report (ISO 14971 clause 9; MDR Annex I 3, Annex II 5)."""

    plan: DocumentId = field("the risk management plan", since=DRAFT, of=("risk-management-plan",))
    overall_acceptable: Boolean | None = field(
        "the overall residual risk is acceptable against the medical benefit (ISO 14971 clause 8)", since=APPROVAL
    )


class ClinicalPlan(ForDevice):
    """Clinical evaluation plan (MDR Art. 61, Annex XIV Part A 1(a))."""


class ClinicalReport(ForDevice):
    """Clinical evaluation report (MDR Art. 61(12), Annex XIV Part A 4)."""

    plan: DocumentId = field("the clinical evaluation plan", since=DRAFT, of=("clinical-evaluation-plan",))
    data_until: Date | None = field("day up to which data were taken", since=APPROVAL)
    equivalent_to: Text | None = field("device whose equivalence is claimed, where one is")
    evidence_sufficient: Boolean | None = field("clinical evidence is sufficient (MDR Art. 61(1))", since=APPROVAL)


class SurveillancePlan(ForDevice):
    """Post-market surveillance plan (MDR Art. 84, Annex III 1)."""


class Indicator(Fields):
    """An indicator with the threshold that asks for action (MDR Annex III 1(b))."""

    indicator: Text = field("what is counted, per what", since=DRAFT)
    threshold: Text = field("value from which it is acted on", since=DRAFT)
    action: Text = field("what follows", since=DRAFT)


class Period(ForDevice):
    """A report over a period."""

    plan: DocumentId = field("the post-market surveillance plan", since=DRAFT, of=("pms-plan",))
    period_from: Date = field("first day of the period", since=DRAFT)
    period_until: Date = field("last day of the period", since=DRAFT, after="period_from")


class SafetyReport(Period):
    """Periodic safety update report, PSUR (MDR Art. 86)."""

    benefit_risk_changed: Boolean | None = field("the benefit-risk determination has changed", since=APPROVAL)
    units_sold: Integer | None = field("volume of sales in the period", since=APPROVAL, ge=0)
    population: Text | None = field("size and characteristics of the population using the device", since=APPROVAL)
    usage: Text | None = field("usage frequency, where practicable")


class FollowUpPlan(ForDevice):
    """Plan of post-market clinical follow-up, PMCF (MDR Annex XIV Part B 6)."""


class FollowUpReport(ForDevice):
    """PMCF evaluation report (MDR Annex XIV Part B 7)."""

    plan: DocumentId = field("the PMCF plan", since=DRAFT, of=("pmcf-plan",))
    period_from: Date = field("first day of the period", since=DRAFT)
    period_until: Date = field("last day of the period", since=DRAFT, after="period_from")


class ClinicalSummary(ForDevice):
    """Summary of safety and clinical performance, SSCP, of an implantable or class III device (MDR Art. 32)."""

    validated_by: Text | None = field("notified body that validated it, with its number", since=APPROVAL)


class Checklist(ForDevice):
    """How a device meets the general safety and performance requirements (MDR Annex I, Annex II 4)."""


class Answer(Fields):
    """One requirement of Annex I: whether it applies, and how it is met (MDR Annex II 4)."""

    requirement: Text = field("the requirement", since=DRAFT, refers="clause")
    applies: Boolean = field("whether it applies", since=DRAFT)
    method: Text = field("how it is met, or why it does not apply", since=DRAFT)
    standard: DocumentId | None = field("standard or common specification applied", of=("applied-standard",))
    evidence: DocumentId | None = field("the controlled document that shows it", refers="document")


class Declaration(Controlled):
    """EU declaration of conformity (MDR Art. 19, Annex IV)."""

    devices: tuple[DocumentId, ...] | None = field("the devices it declares", since=DRAFT, of=("device",))
    certificates: tuple[DocumentId, ...] | None = field("the certificates it rests on", of=("certificate",))
    documentation: tuple[DocumentId, ...] | None = field("the technical documentation", of=("technical",))
    procedure: Literal["annex-ii-iii", "annex-ix", "annex-x", "annex-xi-a", "annex-xi-b", "annex-xiii"] | None = (
        field("conformity assessment procedure (MDR Art. 52)", since=APPROVAL)
    )
    notified_body: Text | None = field("notified body with its number, where one is involved (Annex IV 8)")
    common_specifications: tuple[Text, ...] | None = field("common specifications applied (Annex IV 7)")
    place: Text | None = field("place of issue (Annex IV 10)", since=APPROVAL)
    signatory: Key | None = field("person who signs (Annex IV 10)", since=APPROVAL, refers="person")


class Technical(Controlled):
    """Technical documentation of a device: its index (ISO 13485 4.2.3; MDR Annexes II, III) or a part of it."""

    devices: tuple[DocumentId, ...] | None = field("the devices it describes", since=DRAFT, of=("device",))


class Part(Fields):
    """A section of Annex II or III and where it is."""

    section: Text = field("the section", since=DRAFT, refers="clause")
    content: Text = field("what is there", since=DRAFT)
    document: DocumentId | None = field("the document or entry that holds it", refers="document")


TYPES = (
    controlled_type(
        "risk-management-plan",
        "Risk management plan",
        "RMP",
        RiskPlan,
        ("ISO 13485 7.1", "MDR Annex I 3(a)"),
        "Scope",
        "Responsibilities",
        "Acceptability",
        "Verification",
        "Production and post-production",
        tables=(TableType("acceptability", "Acceptability", Acceptability, since=DRAFT),),
    ),
    controlled_type(
        "risk-management-report",
        "Risk management report",
        "RMR",
        RiskReport,
        ("ISO 13485 7.1", "MDR Annex II 5"),
        "Review of the plan",
        "Overall residual risk",
        "Benefit and risk",
        "Production and post-production",
    ),
    controlled_type(
        "clinical-evaluation-plan",
        "Clinical evaluation plan",
        "CEP",
        ClinicalPlan,
        ("MDR Art. 61", "MDR Annex XIV Part A 1(a)"),
        "Requirements",
        "Intended purpose and claims",
        "Clinical benefits and outcomes",
        "Methods",
    ),
    controlled_type(
        "clinical-evaluation-report",
        "Clinical evaluation report",
        "CER",
        ClinicalReport,
        ("ISO 13485 7.3.7", "MDR Art. 61", "MDR Annex XIV Part A 4"),
        "Summary",
        "Device and state of the art",
        "Clinical data",
        "Analysis",
        "Conclusion",
    ),
    controlled_type(
        "pms-plan",
        "Post-market surveillance plan",
        "PSP",
        SurveillancePlan,
        ("ISO 13485 8.2.1", "MDR Art. 84", "MDR Annex III 1"),
        "Sources",
        "Methods",
        "Indicators",
        "Reports",
        tables=(TableType("indicators", "Indicators", Indicator, since=DRAFT),),
    ),
    controlled_type(
        "pms-report",
        "Post-market surveillance report",
        "PSM",
        Period,
        ("ISO 13485 8.4", "MDR Art. 85"),
        "Results",
        "Conclusions",
        "Actions",
    ),
    controlled_type(
        "psur",
        "Periodic safety update report",
        "PSUR",
        SafetyReport,
        ("ISO 13485 8.4", "MDR Art. 86"),
        "Data",
        "Main findings of the PMCF",
        "Benefit and risk",
        "Actions",
        "Conclusion",
    ),
    controlled_type(
        "pmcf-plan",
        "Plan of post-market clinical follow-up",
        "PCP",
        FollowUpPlan,
        ("MDR Annex XIV Part B 6",),
        "Objectives",
        "Methods",
        "Schedule",
    ),
    controlled_type(
        "pmcf-report",
        "Evaluation report of post-market clinical follow-up",
        "PCR",
        FollowUpReport,
        ("MDR Annex XIV Part B 7",),
        "Results",
        "Conclusion",
    ),
    controlled_type(
        "sscp",
        "Summary of safety and clinical performance",
        "SSCP",
        ClinicalSummary,
        ("MDR Art. 32",),
        "Device",
        "Clinical evaluation",
        "Risks and warnings",
        "Summary for patients",
    ),
    controlled_type(
        "gspr-checklist",
        "Checklist of general safety and performance requirements",
        "GSP",
        Checklist,
        ("MDR Annex I", "MDR Annex II 4"),
        "Requirements",
        tables=(TableType("answers", "Requirements", Answer, since=DRAFT),),
    ),
    controlled_type(
        "declaration",
        "Declaration",
        "DEC",
        Declaration,
        ("MDR Art. 19",),
        "Declaration",
        binds=("devices", "certificates", "documentation"),
    ),
    controlled_type(
        "technical",
        "Technical documentation",
        "TD",
        Technical,
        ("ISO 13485 4.2.3", "MDR Annex II"),
        "Device",
        tables=(TableType("parts", "Parts", Part),),
    ),
)
