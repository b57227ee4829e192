"""What all records share: evidence of one event, open until closed, then only corrected (ISO 13485 4.2.5)."""

from __future__ import annotations

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

OPEN, CLOSED = "open", "closed"
RETENTION = (
    "at least the lifetime of the device and not less than two years from release (ISO 13485 4.2.5); "
    "10 years, implantable devices 15 years, after the last device was placed on the market where it belongs "
    "to the documentation of MDR Art. 10(8)"
)


class Record(Common):
    """Front matter that every record shares."""

    opened: Date = field("the day the record was begun", since=OPEN)
    closed: Date | None = field("the day it was completed", after="opened")
    procedure: DocumentId | None = field("the procedure it was made under", since=OPEN, refers="document")
    procedure_revision: Integer | None = field("the revision of that procedure", ge=1)
    devices: tuple[DocumentId, ...] | None = field("the devices it concerns", of=("device",))
    evidence: tuple[ExternalKey, ...] | None = field("pointers into systems declared in qmsdoc.toml")
    source_key: Text | None = field("the key of the row that it was read from, in the system it comes from")


class Action(Fields):
    """One action with the person who does it and its dates."""

    action: Text = field("what is done", since=OPEN)
    responsible: Key = field("person who does it", since=OPEN, refers="person")
    due: Date = field("planned day", since=OPEN)
    done_on: Date | None = field("day it was done", since=CLOSED)


def record_type(
    name: str,
    title: str,
    prefix: str,
    model: type[Record],
    clauses: tuple[str, ...],
    *,
    between: tuple[tuple[str, str], ...] = (),
    sections: tuple[tuple[str, str], ...] = (),
    tables: tuple[TableType, ...] = (),
    every: int | None = None,
) -> DocumentType:
    """A type of record; `between` are its stages between open and closed, each with the day that reaches it."""
    return DocumentType(
        name=name,
        title=title,
        kind=Kind.RECORD,
        prefix=prefix,
        folder=f"records/{name}",
        model=model,
        stages=(Stage(OPEN), *(Stage(*stage) for stage in between), Stage(CLOSED, "closed")),
        clauses=clauses,
        retention=RETENTION,
        sections=tuple(Section(*section) for section in sections),
        tables=tables,
        every=every,
    )
