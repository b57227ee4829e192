"""What all controlled documents share: revisions that are approved and come into force (ISO 13485 4.2.4)."""

from __future__ import annotations

from typing import Literal

from qmsdoc.types.base import (
    Common,
    Date,
    DocumentId,
    DocumentType,
    ExternalKey,
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


def controlled_type(
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
    """A type of controlled document; its stages are those of every revision."""
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
