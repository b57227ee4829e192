"""Records of purchasing, production, validation and release (ISO 13485 7.4 to 7.6, 8.2.6)."""

from __future__ import annotations

from typing import Literal

from qmsdoc.types.base import Boolean, Date, DocumentId, Fields, Integer, Key, TableType, Text, field
from qmsdoc.types.records.base import CLOSED, OPEN, Action, Record, record_type


class SupplierEvaluation(Record):
    """Evaluation or re-evaluation of a supplier (ISO 13485 7.4.1)."""

    supplier: DocumentId = field("the supplier", since=OPEN, of=("supplier",))
    reason: Literal["selection", "re-evaluation", "event"] = field("why it is evaluated", since=OPEN)
    evaluated_on: Date | None = field("day of the decision")
    evaluated_by: Key | None = field("person who evaluated", since="evaluated", refers="person")
    result: Literal["approved", "approved-with-conditions", "not-approved"] | None = field(
        "decision", since="evaluated"
    )
    conditions: Text | None = field("conditions", since="evaluated", when="result: approved-with-conditions")


class Criterion(Fields):
    """A criterion of evaluation and how the supplier meets it."""

    criterion: Text = field("criterion", since="evaluated")
    finding: Text = field("what was found", since="evaluated")
    met: Boolean = field("whether it is met", since="evaluated")


class Calibration(Record):
    """Calibration or verification of measuring equipment (ISO 13485 7.6)."""

    equipment: DocumentId = field("the equipment", since=OPEN, of=("equipment",))
    calibrated_on: Date | None = field("day of the calibration")
    performed_by: Text | None = field("laboratory or function that did it", since="calibrated")
    certificate: Text | None = field("number of the certificate", since="calibrated")
    traceable_to: Text | None = field("measurement standard it is traceable to", since="calibrated")
    result: Literal["within-tolerance", "adjusted", "out-of-tolerance"] | None = field(
        "as found", since="calibrated"
    )
    impact_assessed: Text | None = field(
        "validity of earlier results, where it was out of tolerance",
        since=CLOSED,
        when="result: out-of-tolerance",
    )


class Validation(Record):
    """Validation of a process, of software, of sterilisation or packaging (ISO 13485 4.1.6, 7.5.6, 7.5.7, 7.6)."""

    subject: Literal["process", "software", "sterilisation", "packaging", "cleaning", "test-method"] = field(
        "what is validated", since=OPEN
    )
    of: tuple[DocumentId, ...] | None = field(
        "the tools, equipment or suppliers concerned", of=("software-tool", "equipment", "supplier", "device")
    )
    plan: DocumentId | None = field("the plan or protocol with the acceptance criteria", refers="document")
    performed_on: Date | None = field("last day of the work")
    performed_by: tuple[Key, ...] | None = field("persons who did it", since="performed", refers="person")
    accepted: Boolean | None = field("whether the acceptance criteria are met", since="performed")
    deviations: Text | None = field("deviations and how they were judged", since="performed")
    revalidate_by: Date | None = field(
        "day by which it is reviewed again", since=CLOSED, planned=True, after="performed_on"
    )
    revalidate_when: Text | None = field("changes that ask for validation anew", since=CLOSED)


class ProductRelease(Record):
    """Release of a batch, a device or a software version (ISO 13485 7.5.1, 7.5.9, 8.2.6; MDR Art. 15(3)(a))."""

    devices: tuple[DocumentId, ...] = field("the device released", since=OPEN, of=("device",))
    lot: Text = field("lot, serial numbers or software version", since=OPEN)
    udi_di: Text | None = field("UDI-DI on the label", since=CLOSED)
    manufactured_on: Date = field("day of manufacture", since=OPEN)
    quantity_made: Integer = field("number made", since=OPEN, ge=0)
    quantity_released: Integer | None = field("number released", since=CLOSED, ge=0, at_most="quantity_made")
    master: DocumentId | None = field("the medical device file that it was made by", refers="document")
    master_revision: Integer | None = field("its revision", ge=1)
    sterilisation_lot: DocumentId | None = field("the sterilisation lot", of=("sterilisation-lot",))
    criteria_met: Boolean | None = field("whether all acceptance criteria are met", since=CLOSED)
    released_on: Date | None = field("day of release", since=CLOSED, after="manufactured_on")
    released_by: Key | None = field("person who authorised the release", since=CLOSED, refers="person")


class Inspection(Fields):
    """One inspection or test of a batch, with the equipment used (ISO 13485 8.2.6)."""

    inspection: Text = field("what was inspected or tested", since=CLOSED)
    criterion: Text = field("acceptance criterion", since=CLOSED)
    result: Text = field("result", since=CLOSED)
    passed: Boolean = field("whether it passed", since=CLOSED)
    equipment: DocumentId | None = field("measuring equipment", of=("equipment",))


class SterilisationLot(Record):
    """Parameters of one sterilisation lot, traceable to its production lots (ISO 13485 7.5.5)."""

    lot: Text = field("sterilisation lot", since=OPEN)
    product_lots: tuple[Text, ...] = field("production lots in it", since=OPEN)
    steriliser: DocumentId = field("who sterilised", since=OPEN, of=("supplier", "equipment"))
    validation: DocumentId = field("the validation of the process", since=OPEN, of=("validation", "report"))
    sterilised_on: Date = field("day of the cycle", since=OPEN)
    parameters_met: Boolean | None = field("whether all parameters are within the validated limits", since=CLOSED)
    reviewed_on: Date | None = field("day the parameters were reviewed", since=CLOSED, after="sterilised_on")
    reviewed_by: Key | None = field("person who reviewed them", since=CLOSED, refers="person")


class Parameter(Fields):
    """One parameter of a cycle."""

    parameter: Text = field("parameter with its unit", since=CLOSED)
    limit: Text = field("validated limits", since=CLOSED)
    value: Text = field("value of the cycle", since=CLOSED)


TYPES = (
    record_type(
        "supplier-evaluation",
        "Supplier evaluation",
        "SEV",
        SupplierEvaluation,
        ("ISO 13485 7.4.1",),
        between=(("evaluated", "evaluated_on"),),
        sections=(("Criteria", "evaluated"),),
        tables=(
            TableType("criteria", "Criteria", Criterion, since="evaluated"),
            TableType("actions", "Actions", Action),
        ),
    ),
    record_type(
        "calibration",
        "Calibration",
        "CAL",
        Calibration,
        ("ISO 13485 7.6",),
        between=(("calibrated", "calibrated_on"),),
    ),
    record_type(
        "validation",
        "Validation",
        "VLD",
        Validation,
        ("ISO 13485 4.1.6", "ISO 13485 7.5.6", "ISO 13485 7.5.7", "ISO 13485 7.6"),
        between=(("performed", "performed_on"),),
        sections=(
            ("Scope", OPEN),
            ("Acceptance criteria", OPEN),
            ("Results", "performed"),
            ("Conclusion", CLOSED),
        ),
    ),
    record_type(
        "product-release",
        "Product release",
        "REL",
        ProductRelease,
        ("ISO 13485 7.5.1", "ISO 13485 8.2.6"),
        sections=(("Inspections", CLOSED),),
        tables=(TableType("inspections", "Inspections", Inspection, since=CLOSED),),
    ),
    record_type(
        "sterilisation-lot",
        "Sterilisation lot",
        "STL",
        SterilisationLot,
        ("ISO 13485 7.5.5",),
        sections=(("Parameters", CLOSED),),
        tables=(TableType("parameters", "Parameters", Parameter, since=CLOSED),),
    ),
)
