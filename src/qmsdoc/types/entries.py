"""Entries: items of a living register, always current, each valid from a day until a day."""

from __future__ import annotations

from typing import Literal

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
    """A device that the company is responsible for (MDR Art. 2(1), Annex VI)."""

    basic_udi_di: Text | None = field("Basic UDI-DI (MDR Annex VI Part C)")
    risk_class: Literal["I", "Is", "Im", "Ir", "IIa", "IIb", "III"] = field(
        "risk class (MDR Annex VIII)", since=CURRENT
    )
    rule: Integer = field("classification rule of MDR Annex VIII", since=CURRENT, ge=1, le=22)
    emdn: Text | None = field("EMDN code (MDR Art. 26)")
    implantable: Boolean = field("implantable device (MDR Art. 2(5))", since=CURRENT)
    sterile: Boolean = field("placed on the market sterile", since=CURRENT)
    software: Boolean = field("is or contains software", since=CURRENT)
    measuring: Boolean = field("has a measuring function", since=CURRENT)
    reusable: Boolean = field("reusable surgical instrument or reprocessed", since=CURRENT)
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
    )


TYPES = (
    _entry("device", "Device", "DEV", "devices", Device, ("MDR Art. 10", "MDR Annex II"), "Intended purpose"),
    _entry("supplier", "Supplier", "SUP", "suppliers", Supplier, ("ISO 13485 7.4.1",)),
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
    _entry("equipment", "Equipment", "EQP", "equipment", Equipment, ("ISO 13485 6.3", "ISO 13485 7.6")),
    _entry("external-document", "External document", "EXT", "external", ExternalDocument, ("ISO 13485 4.2.4",)),
)
