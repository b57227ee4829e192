"""Devices and what they rest on: certificates, standards, requirements (MDR Annex II; ISO 13485 4.2.3, 7.3.3)."""

from __future__ import annotations

from typing import Literal

from qmsdoc.conditions import DEVICE_FACTS
from qmsdoc.types.base import (
    BasicUdiDi,
    Boolean,
    Date,
    DocumentId,
    Emdn,
    Integer,
    ManufacturerSrn,
    Text,
    UdiDi,
    field,
)
from qmsdoc.types.entries.base import CURRENT, Entry, entry_type


class Device(Entry):
    """A device that the company is responsible for (MDR Art. 2(1), Annex VI; IVDR Art. 2(2)).

    Its properties decide which clauses apply; one that is not stated is taken as possible.
    """

    basic_udi_di: BasicUdiDi | None = field("Basic UDI-DI (MDR Art. 27(6), Annex VI Part C 3.1)")
    udi_di: tuple[UdiDi, ...] | None = field("UDI-DI of each unit of use and pack (MDR Annex VI Part C)")
    srn: ManufacturerSrn | None = field("single registration number of the manufacturer (MDR Art. 31)")
    risk_class: Literal["I", "Is", "Im", "Ir", "IIa", "IIb", "III", "A", "As", "B", "C", "D"] = field(
        "risk class (MDR Annex VIII; IVDR Annex VIII, `As` for class A placed on the market sterile)",
        since=CURRENT,
    )
    rule: Integer = field("classification rule of Annex VIII", since=CURRENT, ge=1, le=22)
    emdn: Emdn | None = field("EMDN code (MDR Art. 26)")
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
    last_placed_on: Date | None = field(
        "day the last device was placed on the market; starts MDR Art. 10(8)",
        planned=True,
        after="first_placed_on",
    )


class Certificate(Entry):
    """A certificate of a notified body or a certification body (MDR Art. 56, Annex XII)."""

    certificate_kind: Literal[
        "quality-management-system",
        "technical-documentation",
        "type-examination",
        "product-verification",
        "iso-13485",
        "other",
    ] = field("what it certifies", since=CURRENT)
    number: Text = field("number of the certificate", since=CURRENT)
    issuer: Text = field("who issued it, a notified body with its number", since=CURRENT)
    issued_on: Date = field("day of issue", since=CURRENT)
    expires_on: Date = field(
        "last day it is valid, at most five years later (MDR Art. 56(2))",
        since=CURRENT,
        planned=True,
        after="issued_on",
    )
    devices: tuple[DocumentId, ...] | None = field("the devices it covers", of=("device",))
    conditions: Text | None = field("conditions and limits of the certificate")


class AppliedStandard(Entry):
    """A standard or common specification that a device or the QMS meets (MDR Art. 8, 9)."""

    number: Text = field("number of the standard", since=CURRENT)
    edition: Text = field("edition in use, with its amendments", since=CURRENT)
    harmonised: Literal["mdr", "ivdr", "other-act", "common-specification", "not-harmonised"] = field(
        "whether its reference is published in the Official Journal, and under which act", since=CURRENT
    )
    applied: Literal["fully", "partly"] = field("how far it is applied", since=CURRENT)
    not_applied: Text | None = field("parts not applied and why", since=CURRENT, when="applied: partly")
    devices: tuple[DocumentId, ...] | None = field("the devices it is applied to", of=("device",))
    superseded_by: Text | None = field("newer edition, where there is one")
    transition_until: Date | None = field("day until which the edition in use may be used", planned=True)
    checked_on: Date = field("day somebody last looked for a newer edition", since=CURRENT)
    check_every: Integer = field("months between such checks", since=CURRENT, ge=1, le=60)


class Requirement(Entry):
    """A requirement of a design, traced to its origin and its evidence (ISO 13485 7.3.2 e), 7.3.3)."""

    requirement_kind: Literal["user", "design-input", "software", "security", "usability", "regulatory"] = field(
        "what kind it is", since=CURRENT
    )
    devices: tuple[DocumentId, ...] = field("the devices it is for", since=CURRENT, of=("device",))
    satisfies: tuple[Text, ...] | None = field("the clauses it serves", refers="clause")
    derives_from: tuple[DocumentId, ...] | None = field(
        "what it comes from", of=("requirement", "risk", "complaint", "capa", "change", "record")
    )
    controls_risk: tuple[DocumentId, ...] | None = field("risks that it controls", of=("risk",))
    verified_by: tuple[DocumentId, ...] | None = field("what shows that it is met", refers="document")


TYPES = (
    entry_type(
        "device", "Device", "DEV", "devices", Device, ("ISO 13485 4.2.3", "MDR Annex II 1.1"), "Intended purpose"
    ),
    entry_type("certificate", "Certificate", "CRT", "certificates", Certificate, ("MDR Art. 56",)),
    entry_type(
        "applied-standard",
        "Applied standard",
        "STD",
        "standards",
        AppliedStandard,
        ("ISO 13485 7.2.1", "MDR Art. 8"),
        renewed=(("checked_on", "check_every"),),
    ),
    entry_type(
        "requirement", "Requirement", "REQ", "requirements", Requirement, ("ISO 13485 7.3.3",), "Requirement"
    ),
)
