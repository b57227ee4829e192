"""Controlled documents: they have revisions that are approved and come into force (ISO 13485 4.2.4)."""

from __future__ import annotations

from typing import Literal

from qmsdoc.types.base import (
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

DRAFT, APPROVAL = "draft", "approval"
STAGES = (Stage(DRAFT), Stage(APPROVAL))
OBSOLETE_COPIES = (
    "one obsolete copy at least for the lifetime of the device and as long as the records made under it "
    "(ISO 13485 4.2.4); documents of the QMS that belong to the technical documentation 10 years, "
    "implantable devices 15 years, after the last device was placed on the market (MDR Art. 10(8))"
)


class Controlled(Common):
    """Front matter that every controlled document shares."""

    revision: Integer = field("one more for each approved change of content", since=DRAFT, ge=1)
    effective_from: Date | None = field("planned first day in force, not before", since=APPROVAL)
    review_every: Integer | None = field("months between periodic reviews", since=APPROVAL, ge=1, le=120)
    satisfies: tuple[Text, ...] | None = field("the clauses this document answers", refers="clause")
    applies_to: tuple[Key, ...] | None = field("the roles that must know it", since=APPROVAL, refers="role")
    training: Literal["none", "read", "instruct", "exam"] | None = field(
        "how the roles in applies_to are trained on a new revision", since=APPROVAL
    )
    evidence: tuple[ExternalKey, ...] | None = field(
        "where records made under it are held, in systems declared in qmsdoc.toml"
    )
    change: Text | None = field("what changed in this revision, and why", since=APPROVAL)
    supersedes: tuple[DocumentId, ...] | None = field("documents that this one replaces", refers="document")
    translation_of: DocumentId | None = field("the document this one translates", refers="document")


class Manual(Controlled):
    """Quality manual."""


class Policy(Controlled):
    """Quality policy."""


class Sop(Controlled):
    """Standard operating procedure."""


class WorkInstruction(Controlled):
    """Work instruction."""


class Form(Controlled):
    """Form: a body that `qmsdoc new` fills."""

    makes: Key | None = field("the document type that this form makes")


class Plan(Controlled):
    """Plan."""

    devices: tuple[DocumentId, ...] | None = field("the devices it is for", refers="document")


class Report(Controlled):
    """Report."""

    devices: tuple[DocumentId, ...] | None = field("the devices it is about", refers="document")
    plan: DocumentId | None = field("the plan it reports on", refers="document")


class Agreement(Controlled):
    """Agreement with another organisation."""

    party: DocumentId | None = field("the other party, an entry of a register", since=DRAFT, refers="document")


class Declaration(Controlled):
    """Declaration of the manufacturer."""

    devices: tuple[DocumentId, ...] | None = field("the devices it declares", since=DRAFT, refers="document")
    certificates: tuple[DocumentId, ...] | None = field("the certificates it rests on", refers="document")
    documentation: tuple[DocumentId, ...] | None = field("the technical documentation", refers="document")


class Technical(Controlled):
    """Part of the technical documentation of a device."""

    devices: tuple[DocumentId, ...] | None = field("the devices it describes", since=DRAFT, refers="document")


class Exclusion(Fields):
    """A clause that the manual excludes or finds not applicable, with the justification (4.2.2 a)."""

    clause: Text = field("the clause", since=DRAFT, refers="clause")
    status: Literal["not applicable", "excluded"] = field("which of the two", since=DRAFT)
    justification: Text = field("why", since=DRAFT)


def _controlled(
    name: str,
    title: str,
    prefix: str,
    model: type[Controlled],
    clauses: tuple[str, ...],
    *sections: str,
    folder: str = "sops",
    tables: tuple[TableType, ...] = (),
    binds: tuple[str, ...] = (),
) -> DocumentType:
    return DocumentType(
        name=name,
        title=title,
        kind=Kind.CONTROLLED,
        prefix=prefix,
        folder=folder,
        model=model,
        stages=STAGES,
        clauses=clauses,
        retention=OBSOLETE_COPIES,
        sections=tuple(Section(heading, DRAFT) for heading in sections),
        tables=tables,
        binds=binds,
    )


TYPES = (
    _controlled(
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
    _controlled("policy", "Quality policy", "POL", Policy, ("ISO 13485 5.3",), "Policy"),
    _controlled(
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
    _controlled(
        "work-instruction",
        "Work instruction",
        "WI",
        WorkInstruction,
        ("ISO 13485 4.2.4",),
        "Purpose and scope",
        "Steps",
    ),
    _controlled("form", "Form", "FRM", Form, ("ISO 13485 4.2.4",), folder="templates"),
    _controlled("plan", "Plan", "PLN", Plan, ("ISO 13485 7.1",), "Purpose and scope", "Activities"),
    _controlled("report", "Report", "RPT", Report, ("ISO 13485 4.2.4",), "Summary", "Results", "Conclusion"),
    _controlled(
        "agreement",
        "Agreement",
        "AGR",
        Agreement,
        ("ISO 13485 4.1.5",),
        "Parties and scope",
        "Responsibilities",
    ),
    _controlled(
        "declaration",
        "Declaration",
        "DEC",
        Declaration,
        ("MDR Art. 19",),
        "Declaration",
        binds=("devices", "certificates", "documentation"),
    ),
    _controlled("technical", "Technical documentation", "TD", Technical, ("MDR Annex II",), "Device"),
)
