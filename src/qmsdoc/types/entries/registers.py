"""Registers of the organisation: suppliers, equipment, software tools, external documents, objectives."""

from __future__ import annotations

from typing import Literal

from qmsdoc.types.base import Boolean, Date, DocumentId, Fields, Integer, Key, TableType, Text, field
from qmsdoc.types.entries.base import CURRENT, Entry, entry_type


class Supplier(Entry):
    """A supplier of product or service that affects the device (ISO 13485 7.4.1)."""

    supplies: Text = field("product or service", since=CURRENT)
    criticality: Literal["critical", "important", "standard"] = field("by the risk to the device", since=CURRENT)
    evaluated_on: Date = field("day of the last evaluation", since=CURRENT)
    evaluate_every: Integer = field("months between evaluations", since=CURRENT, ge=1, le=60)
    agreement: DocumentId | None = field("the quality agreement", of=("quality-agreement",))


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


class SoftwareTool(Entry):
    """Software used in the QMS, in production or for measurement (ISO 13485 4.1.6, 7.5.6, 7.6)."""

    used_for: Literal["qms", "production", "measurement", "development"] = field("where it is used", since=CURRENT)
    version: Text = field("version in use", since=CURRENT)
    supplier: DocumentId | None = field("who supplies it", of=("supplier",))
    purpose: Text = field("intended use", since=CURRENT)
    risk_of_failure: Literal["high", "medium", "low"] = field(
        "risk of its use to product and to the QMS: sets the depth of validation", since=CURRENT
    )
    validation: DocumentId | None = field("its validation", of=("validation", "report"))
    validated_on: Date | None = field("day of the last validation or review of it")
    revalidate_every: Integer | None = field("months between reviews of the validation", ge=1, le=60)


class Objective(Entry):
    """A quality objective or indicator with its target and values (ISO 13485 5.4.1, 8.4)."""

    measure: Text = field("what is measured", since=CURRENT)
    unit: Text = field("unit of the values", since=CURRENT)
    better: Literal["higher", "lower"] = field("which direction is better", since=CURRENT)
    target: Integer = field("value aimed at, in the unit", since=CURRENT, ge=0)
    responsible: Key = field("person who answers for it", since=CURRENT, refers="person")
    procedure: DocumentId | None = field("the process it belongs to", refers="document")
    component: Literal["iso-13485", "mdr", "company"] = field("component of the QMS it serves", since=CURRENT)


class ObjectiveValue(Fields):
    """One value of an objective."""

    period_until: Date = field("last day of the period", since=CURRENT)
    value: Integer = field("value in the unit", since=CURRENT, ge=0)
    remark: Text | None = field("what explains it, what follows")


TYPES = (
    entry_type(
        "supplier",
        "Supplier",
        "SUP",
        "suppliers",
        Supplier,
        ("ISO 13485 7.4.1",),
        renewed=(("evaluated_on", "evaluate_every"),),
    ),
    entry_type(
        "equipment",
        "Equipment",
        "EQP",
        "equipment",
        Equipment,
        ("ISO 13485 6.3", "ISO 13485 7.6"),
        renewed=(("calibrated_on", "calibrate_every"), ("maintained_on", "maintain_every")),
    ),
    entry_type(
        "external-document",
        "External document",
        "EXT",
        "external",
        ExternalDocument,
        ("ISO 13485 4.2.4",),
        renewed=(("checked_on", "check_every"),),
    ),
    entry_type(
        "software-tool",
        "Software tool",
        "SWT",
        "software-tools",
        SoftwareTool,
        ("ISO 13485 4.1.6", "ISO 13485 7.5.6", "ISO 13485 7.6"),
        renewed=(("validated_on", "revalidate_every"),),
    ),
    entry_type(
        "objective",
        "Objective",
        "OBJ",
        "objectives",
        Objective,
        ("ISO 13485 5.4.1", "ISO 13485 8.4"),
        tables=(TableType("values", "Values", ObjectiveValue),),
    ),
)
