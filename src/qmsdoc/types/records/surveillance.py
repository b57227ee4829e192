"""Records of what comes back from the market: complaints, vigilance, trends (ISO 13485 8.2; MDR Art. 83-92)."""

from __future__ import annotations

from typing import Literal

from qmsdoc.types.base import (
    Boolean,
    Date,
    DocumentId,
    ExternalKey,
    Fields,
    Integer,
    Key,
    TableType,
    Text,
    field,
)
from qmsdoc.types.records.base import CLOSED, OPEN, Action, Record, record_type

Decision = Literal["serious-incident", "field-safety-corrective-action", "trend", "not-reportable"]
Threat = Literal["serious-public-health-threat", "death-or-serious-deterioration", "other-serious"]


class Complaint(Record):
    """Complaint and its assessment (ISO 13485 8.2.2; MDR Art. 87 for the clock)."""

    opened: Date = field("the day the record was begun", since=OPEN, after="received")
    received: Date = field("day the message reached the organisation or its partner", since=OPEN)
    aware_on: Date = field(
        "day somebody in the organisation became aware: day 0 of the reporting clock", since=OPEN
    )
    aware_by: Key = field("person who became aware", since=OPEN, refers="person")
    complainant: ExternalKey | None = field("key of the complainant in a restricted store", personal=True)
    lot: Text | None = field("lot, serial number or software version")
    assessed_on: Date | None = field(
        "day it was decided whether this is a complaint and reportable", after="received aware_on"
    )
    is_complaint: Boolean | None = field("whether it is a complaint by ISO 13485 3.4", since="assessed")
    is_complaint_reason: Text | None = field("why", since="assessed")
    reportable: Boolean | None = field("whether it is reportable to an authority", since="assessed")
    reportable_reason: Text | None = field("why", since="assessed")
    decision: DocumentId | None = field("the decision on reportability", of=("reportability-decision",))
    reported_on: Date | None = field(
        "day of the report to the authority", since=CLOSED, when="reportable: true", after="aware_on"
    )
    investigated: Boolean | None = field("whether it was investigated", since=CLOSED)
    not_investigated_reason: Text | None = field(
        "why not, where it was not (ISO 13485 8.2.2)", since=CLOSED, when="investigated: false"
    )
    capa: DocumentId | None = field("the CAPA it led to", of=("capa",))


class ReportabilityDecision(Record):
    """Decision whether something must be reported to an authority, and by when (MDR Art. 87(1)-(7), 88)."""

    about: DocumentId = field(
        "what is decided on", since=OPEN, of=("complaint", "nonconformity", "record", "security-incident")
    )
    aware_on: Date = field("day somebody in the organisation became aware: day 0 of the clock", since=OPEN)
    decided_on: Date | None = field("day of the decision", after="aware_on")
    decided_by: Key | None = field("person who decided, as a rule the PRRC", since="decided", refers="person")
    decision: Decision | None = field("what it is", since="decided")
    threat: Threat | None = field(
        "which time limit applies: 2, 10 or 15 days (MDR Art. 87(3)-(5))",
        since="decided",
        when="decision: serious-incident",
    )
    reason: Text | None = field("why", since="decided")


class SeriousIncident(Record):
    """A serious incident and its reports on the manufacturer incident report form, MIR (MDR Art. 87, 89)."""

    complaint: DocumentId | None = field("the complaint it comes from", of=("complaint",))
    aware_on: Date = field("day somebody in the organisation became aware: day 0 of the clock", since=OPEN)
    occurred_on: Date | None = field("day of the incident, where it is known")
    country: Text = field("member state in which it happened", since=OPEN)
    lot: Text | None = field("lot, serial number or software version")
    threat: Threat = field("which time limit applies: 2, 10 or 15 days (MDR Art. 87(3)-(5))", since=OPEN)
    reported_on: Date | None = field("day of the initial report", after="aware_on")
    authority: Text | None = field("competent authority", since="reported")
    reference: ExternalKey | None = field("key of the report in Eudamed or at the authority", since="reported")
    final_on: Date | None = field("day of the final report", since=CLOSED, after="reported_on")
    imdrf_codes: tuple[Text, ...] | None = field("IMDRF adverse event codes, annexes A to G", since=CLOSED)
    causal: Literal["device", "use", "patient", "other", "not-established"] | None = field(
        "root cause", since=CLOSED
    )
    field_action: DocumentId | None = field(
        "the field safety corrective action it led to", of=("field-safety-corrective-action",)
    )
    capa: DocumentId | None = field("the CAPA it led to", of=("capa",))


class FieldAction(Record):
    """Field safety corrective action, FSCA (MDR Art. 2(68), 83(4), 87(1)(b), 89(8); ISO 13485 8.3.3)."""

    action_kind: Literal["return", "exchange", "modification", "destruction", "advice", "software-update"] = field(
        "what is done in the field", since=OPEN
    )
    incident: DocumentId | None = field("the serious incident it follows", of=("serious-incident",))
    lots: tuple[Text, ...] = field("lots, serial numbers or software versions", since=OPEN)
    countries: tuple[Text, ...] = field("countries in which the devices are", since=OPEN)
    decided_on: Date | None = field("day it was decided", since="reported")
    decided_by: Key | None = field("person who decided", since="reported", refers="person")
    reported_on: Date | None = field(
        "day of the report to the authority, before the action unless it is urgent (MDR Art. 87(8))",
        after="decided_on",
    )
    urgent: Boolean | None = field("whether it began before the report", since="reported")
    risk_assessed: DocumentId | None = field("the risk that was assessed anew", since="reported", of=("risk",))
    notice: DocumentId | None = field("the field safety notice", since=CLOSED, of=("field-safety-notice",))
    items: Integer | None = field("number of devices concerned", since="reported", ge=0)
    items_done: Integer | None = field("number of devices dealt with", since=CLOSED, ge=0, at_most="items")
    remainder: Text | None = field("what became of the devices that were not dealt with")
    effective_on: Date | None = field("day its effectiveness was shown", since=CLOSED, after="reported_on")
    capa: DocumentId | None = field("the CAPA it belongs to", of=("capa",))


class Notice(Record):
    """Field safety notice, FSN (MDR Art. 2(69), 89(8))."""

    field_action: DocumentId = field(
        "the field safety corrective action", since=OPEN, of=("field-safety-corrective-action",)
    )
    languages: tuple[Key, ...] = field("languages, as the member states ask (BCP 47)", since=OPEN)
    draft_sent_on: Date | None = field("day the draft went to the authority for comments", after="opened")
    sent_on: Date | None = field("day it was sent to users", after="draft_sent_on")
    recipients: Integer | None = field("number of recipients", since="sent", ge=0)
    confirmed: Integer | None = field(
        "number of recipients who confirmed", since=CLOSED, ge=0, at_most="recipients"
    )
    remainder: Text | None = field("what was done about the recipients who did not confirm")


class TrendReport(Record):
    """Statistically significant increase in incidents that are not serious (MDR Art. 88)."""

    event: Text = field("the kind of incident or expected side-effect", since=OPEN)
    method: DocumentId = field("the PMS plan that sets method and threshold", since=OPEN, of=("pms-plan",))
    period_from: Date = field("first day of the period observed", since=OPEN)
    period_until: Date = field("last day of the period observed", since=OPEN, after="period_from")
    observed: Text | None = field("rate observed, with its unit", since="assessed")
    threshold: Text | None = field("threshold of the plan, with its unit", since="assessed")
    assessed_on: Date | None = field("day it was assessed", after="period_until")
    significant: Boolean | None = field("whether the increase is significant", since="assessed")
    reported_on: Date | None = field(
        "day of the report", since=CLOSED, when="significant: true", after="assessed_on"
    )
    capa: DocumentId | None = field("the CAPA it led to", of=("capa",))


class SecurityIncident(Record):
    """Security incident or vulnerability, of a device or of the organisation (MDR Annex I 17.2, 17.4)."""

    concerns: Literal["device", "organisation", "supplier"] = field("what is concerned", since=OPEN)
    aware_on: Date = field("day somebody in the organisation became aware", since=OPEN)
    aware_by: Key = field("person who became aware", since=OPEN, refers="person")
    vulnerability: Text | None = field("identifier, such as a CVE number, where there is one")
    assessed_on: Date | None = field("day it was assessed", after="aware_on")
    risk: DocumentId | None = field("the risk entry", since="assessed", of=("risk",))
    personal_data_breach: Boolean | None = field(
        "whether personal data were breached (GDPR Art. 33)", since="assessed"
    )
    authority_informed_on: Date | None = field(
        "day the supervisory authority was told, within 72 hours (GDPR Art. 33(1))",
        since="assessed",
        when="personal_data_breach: true",
        after="aware_on",
    )
    decision: DocumentId | None = field("the decision on reportability", of=("reportability-decision",))
    remedied_on: Date | None = field("day it was remedied", since=CLOSED, after="aware_on")
    users_informed_on: Date | None = field("day users were told")
    capa: DocumentId | None = field("the CAPA it led to", of=("capa",))


class Confirmation(Fields):
    """Answers of one country or customer group to a notice."""

    recipients: Text = field("country or group", since="sent")
    sent: Integer = field("number sent", since="sent", ge=0)
    confirmed: Integer = field("number confirmed", since="sent", ge=0, at_most="sent")


TYPES = (
    record_type(
        "complaint",
        "Complaint",
        "CMP",
        Complaint,
        ("ISO 13485 8.2.2", "MDR Art. 10(13)"),
        between=(("assessed", "assessed_on"),),
        sections=(("Description", OPEN), ("Investigation", CLOSED), ("Reply", CLOSED)),
    ),
    record_type(
        "reportability-decision",
        "Decision on reportability",
        "RPD",
        ReportabilityDecision,
        ("ISO 13485 8.2.3", "MDR Art. 87"),
        between=(("decided", "decided_on"),),
        sections=(("Facts", OPEN), ("Assessment", "decided")),
    ),
    record_type(
        "serious-incident",
        "Serious incident",
        "INC",
        SeriousIncident,
        ("ISO 13485 8.2.3", "MDR Art. 87", "MDR Art. 89"),
        between=(("reported", "reported_on"),),
        sections=(("Description", OPEN), ("Investigation", CLOSED), ("Conclusion", CLOSED)),
    ),
    record_type(
        "field-safety-corrective-action",
        "Field safety corrective action",
        "FSCA",
        FieldAction,
        ("ISO 13485 8.3.3", "MDR Art. 87(1)", "MDR Art. 89"),
        between=(("reported", "reported_on"),),
        sections=(("Reason", OPEN), ("Risk assessment", "reported"), ("Effectiveness", CLOSED)),
        tables=(TableType("actions", "Actions", Action, since="reported"),),
    ),
    record_type(
        "field-safety-notice",
        "Field safety notice",
        "FSN",
        Notice,
        ("ISO 13485 8.3.3", "MDR Art. 89(8)"),
        between=(("sent", "sent_on"),),
        sections=(("Message", OPEN),),
        tables=(TableType("confirmations", "Confirmations", Confirmation, since="sent"),),
    ),
    record_type(
        "trend-report",
        "Trend report",
        "TRD",
        TrendReport,
        ("ISO 13485 8.4", "MDR Art. 88"),
        between=(("assessed", "assessed_on"),),
        sections=(("Data", OPEN), ("Assessment", "assessed")),
    ),
    record_type(
        "security-incident",
        "Security incident",
        "SEC",
        SecurityIncident,
        ("ISO 13485 8.2.1", "MDR Annex I 17.2"),
        between=(("assessed", "assessed_on"),),
        sections=(("Description", OPEN), ("Assessment", "assessed"), ("Remedy", CLOSED)),
    ),
)
