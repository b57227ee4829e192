"""Risks: one register for all domains (ISO 14971; ISO 13485 7.1; MDR Annex I 1-9)."""

from __future__ import annotations

from typing import Literal

from qmsdoc.types.base import Boolean, DocumentId, Fields, Integer, TableType, Text, field
from qmsdoc.types.entries.base import CURRENT, Entry, entry_type


class Risk(Entry):
    """A risk of one of the domains that the one risk process serves (ISO 14971; MDR Annex I 1-9).

    Severity and probability are levels 1 to 5 of the risk management plan, which says what is acceptable.
    """

    domain: Literal["product", "process", "supply", "security", "innovation"] = field("domain", since=CURRENT)
    plan: DocumentId | None = field(
        "the plan whose table says what is acceptable",
        since=CURRENT,
        when="domain: product",
        of=("risk-management-plan",),
    )
    devices: tuple[DocumentId, ...] | None = field(
        "the devices concerned", since=CURRENT, when="domain: product", of=("device",)
    )
    hazard: Text = field("source of possible harm", since=CURRENT)
    sequence: Text | None = field("foreseeable sequence of events that leads to the situation")
    situation: Text = field("how people, property or environment meet the hazard", since=CURRENT)
    harm: Text = field("the harm", since=CURRENT)
    severity: Integer = field("severity before control, 1 to 5", since=CURRENT, ge=1, le=5)
    probability: Integer = field("probability before control, 1 to 5", since=CURRENT, ge=1, le=5)
    residual_severity: Integer | None = field("severity after control, 1 to 5", ge=1, le=5)
    residual_probability: Integer | None = field("probability after control, 1 to 5", ge=1, le=5)
    benefit_outweighs: Boolean | None = field(
        "the medical benefit outweighs a residual risk that the plan's table does not accept (ISO 14971 7.4)"
    )
    benefit_reason: Text | None = field(
        "medical benefit and evidence; never a business reason",
        since=CURRENT,
        when="benefit_outweighs: true",
    )


class Control(Fields):
    """A risk control; the option follows the order of MDR Annex I 4."""

    control: Text = field("the measure", since=CURRENT)
    option: Literal["design", "protection", "information"] = field("in the order of MDR Annex I 4", since=CURRENT)
    verified_by: DocumentId | None = field("document or record that verifies it", refers="document")
    adds_risk: Boolean = field("whether it brings a new risk", since=CURRENT)
    new_risk: DocumentId | None = field("the new risk", of=("risk",))


TYPES = (
    entry_type(
        "risk",
        "Risk",
        "RSK",
        "risks",
        Risk,
        ("ISO 13485 7.1", "MDR Annex I 3"),
        "Controls",
        tables=(TableType("controls", "Controls", Control, since=CURRENT),),
    ),
)
