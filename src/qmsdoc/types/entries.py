"""Entries: items of a living register, always current, each valid from a day until a day."""

from __future__ import annotations

from typing import Literal

from qmsdoc.conditions import DEVICE_FACTS
from qmsdoc.types.base import (
    Boolean,
    Common,
    Date,
    DocumentId,
    DocumentType,
    Fields,
    Integer,
    Section,
    Stage,
    TableType,
    Text,
    field,
)
from qmsdoc.types.kinds import Kind
from qmsdoc.types.records import RETENTION

CURRENT = "current"


class Entry(Common):
    """Front matter that every entry shares."""

    from_: Date = field("first day it is valid", since=CURRENT, alias="from")
    until: Date | None = field("last day it is valid")


class Device(Entry):
    """A device that the company is responsible for (MDR Art. 2(1), Annex VI; IVDR Art. 2(2)).

    Its properties decide which clauses apply; one that is not stated is taken as possible.
    """

    basic_udi_di: Text | None = field("Basic UDI-DI (MDR Annex VI Part C)")
    risk_class: Literal["I", "Is", "Im", "Ir", "IIa", "IIb", "III", "A", "As", "B", "C", "D"] = field(
        "risk class (MDR Annex VIII; IVDR Annex VIII, `As` for class A placed on the market sterile)",
        since=CURRENT,
    )
    rule: Integer = field("classification rule of Annex VIII", since=CURRENT, ge=1, le=22)
    emdn: Text | None = field("EMDN code (MDR Art. 26)")
    implantable: Boolean = field(DEVICE_FACTS["implantable"], since=CURRENT)
    sterile: Boolean = field(DEVICE_FACTS["sterile"], since=CURRENT)
    software: Boolean = field(DEVICE_FACTS["software"], since=CURRENT)
    measuring: Boolean = field(DEVICE_FACTS["measuring"], since=CURRENT)
    reusable: Boolean = field(DEVICE_FACTS["reusable"], since=CURRENT)
    custom_made: Boolean | None = field(DEVICE_FACTS["custom_made"])
    contact_lens: Boolean | None = field(DEVICE_FACTS["contact_lens"])
    legacy: Boolean | None = field(DEVICE_FACTS["legacy"])
    designed_in_house: Boolean | None = field(DEVICE_FACTS["designed_in_house"])
    active: Boolean | None = field(DEVICE_FACTS["active"])
    connected_to_active: Boolean | None = field(DEVICE_FACTS["connected_to_active"])
    energy_source: Boolean | None = field(DEVICE_FACTS["energy_source"])
    diagnostic: Boolean | None = field(DEVICE_FACTS["diagnostic"])
    medicinal_substance: Boolean | None = field(DEVICE_FACTS["medicinal_substance"])
    absorbed_substance: Boolean | None = field(DEVICE_FACTS["absorbed_substance"])
    biological_material: Boolean | None = field(DEVICE_FACTS["biological_material"])
    radiation: Boolean | None = field(DEVICE_FACTS["radiation"])
    lay_users: Boolean | None = field(DEVICE_FACTS["lay_users"])
    no_medical_purpose: Boolean | None = field(DEVICE_FACTS["no_medical_purpose"])
    single_use: Boolean | None = field(DEVICE_FACTS["single_use"])
    configurable: Boolean | None = field(DEVICE_FACTS["configurable"])
    machinery: Boolean | None = field(DEVICE_FACTS["machinery"])
    dual_purpose: Boolean | None = field(DEVICE_FACTS["dual_purpose"])
    quality_system_assessment: Boolean | None = field(DEVICE_FACTS["quality_system_assessment"])
    type_examination: Boolean | None = field(DEVICE_FACTS["type_examination"])
    product_conformity: Boolean | None = field(DEVICE_FACTS["product_conformity"])
    self_testing: Boolean | None = field(DEVICE_FACTS["self_testing"])
    near_patient: Boolean | None = field(DEVICE_FACTS["near_patient"])
    companion_diagnostic: Boolean | None = field(DEVICE_FACTS["companion_diagnostic"])
    lifetime_months: Integer | None = field("lifetime set by the manufacturer, in months", ge=1)
    first_placed_on: Date | None = field("day the first device was placed on the market")
    last_placed_on: Date | None = field("day the last device was placed on the market; starts MDR Art. 10(8)")


class Supplier(Entry):
    """A supplier of product or service that affects the device (ISO 13485 7.4.1)."""

    supplies: Text = field("product or service", since=CURRENT)
    criticality: Literal["critical", "important", "standard"] = field("by the risk to the device", since=CURRENT)
    evaluated_on: Date = field("day of the last evaluation", since=CURRENT)
    evaluate_every: Integer = field("months between evaluations", since=CURRENT, ge=1, le=60)
    agreement: DocumentId | None = field("the quality agreement", refers="document")


class Risk(Entry):
    """A risk of one of the domains that the one risk process serves (ISO 14971; MDR Annex I 1-9)."""

    domain: Literal["product", "process", "supply", "security", "innovation"] = field("domain", since=CURRENT)
    devices: tuple[DocumentId, ...] | None = field("the devices concerned", refers="document")
    hazard: Text = field("source of possible harm", since=CURRENT)
    situation: Text = field("how people, property or environment meet the hazard", since=CURRENT)
    harm: Text = field("the harm", since=CURRENT)
    severity: Integer = field("severity before control, 1 to 5", since=CURRENT, ge=1, le=5)
    probability: Integer = field("probability before control, 1 to 5", since=CURRENT, ge=1, le=5)
    residual_severity: Integer | None = field("severity after control, 1 to 5", ge=1, le=5)
    residual_probability: Integer | None = field("probability after control, 1 to 5", ge=1, le=5)


class Control(Fields):
    """A risk control; the option follows the order of MDR Annex I 4."""

    control: Text = field("the measure", since=CURRENT)
    option: Literal["design", "protection", "information"] = field("in the order of MDR Annex I 4", since=CURRENT)
    verified_by: DocumentId | None = field("document or record that verifies it", refers="document")
    adds_risk: Boolean = field("whether it brings a new risk", since=CURRENT)


class Equipment(Entry):
    """Equipment that is maintained or calibrated (ISO 13485 6.3, 7.6)."""

    serial_number: Text = field("serial or inventory number", since=CURRENT)
    location: Text | None = field("where it stands")
    measuring: Boolean = field("used to measure or monitor product (ISO 13485 7.6)", since=CURRENT)
    calibrated_on: Date | None = field("day of the last calibration")
    calibrate_every: Integer | None = field("months between calibrations", ge=1, le=120)
    maintained_on: Date | None = field("day of the last maintenance")
    maintain_every: Integer | None = field("months between maintenances", ge=1, le=120)


class ExternalDocument(Entry):
    """A document from outside that the QMS relies on (ISO 13485 4.2.4 f)."""

    source: Text = field("who publishes it", since=CURRENT)
    edition: Text = field("edition or date of the version in use", since=CURRENT)
    checked_on: Date = field("day somebody last looked for a newer edition", since=CURRENT)
    check_every: Integer = field("months between such checks", since=CURRENT, ge=1, le=60)


def _entry(
    name: str,
    title: str,
    prefix: str,
    folder: str,
    model: type[Entry],
    clauses: tuple[str, ...],
    *sections: str,
    tables: tuple[TableType, ...] = (),
    renewed: tuple[tuple[str, str], ...] = (),
) -> DocumentType:
    return DocumentType(
        name=name,
        title=title,
        kind=Kind.ENTRY,
        prefix=prefix,
        folder=f"records/{folder}",
        model=model,
        stages=(Stage(CURRENT),),
        clauses=clauses,
        retention=RETENTION,
        sections=tuple(Section(heading, CURRENT) for heading in sections),
        tables=tables,
        renewed=renewed,
    )


TYPES = (
    _entry(
        "device", "Device", "DEV", "devices", Device, ("ISO 13485 4.2.3", "MDR Annex II 1.1"), "Intended purpose"
    ),
    _entry(
        "supplier",
        "Supplier",
        "SUP",
        "suppliers",
        Supplier,
        ("ISO 13485 7.4.1",),
        renewed=(("evaluated_on", "evaluate_every"),),
    ),
    _entry(
        "risk",
        "Risk",
        "RSK",
        "risks",
        Risk,
        ("ISO 13485 7.1", "MDR Annex I 3"),
        "Controls",
        tables=(TableType("controls", "Controls", Control, since=CURRENT),),
    ),
    _entry(
        "equipment",
        "Equipment",
        "EQP",
        "equipment",
        Equipment,
        ("ISO 13485 6.3", "ISO 13485 7.6"),
        renewed=(("calibrated_on", "calibrate_every"), ("maintained_on", "maintain_every")),
    ),
    _entry(
        "external-document",
        "External document",
        "EXT",
        "external",
        ExternalDocument,
        ("ISO 13485 4.2.4",),
        renewed=(("checked_on", "check_every"),),
    ),
)
