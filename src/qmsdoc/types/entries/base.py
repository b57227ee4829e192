"""What all entries share: items of a living register, always current, each valid from a day until a day."""

from __future__ import annotations

from qmsdoc.types.base import Common, Date, DocumentType, Section, Stage, TableType, Text, field
from qmsdoc.types.kinds import Kind
from qmsdoc.types.records.base import RETENTION

CURRENT = "current"


class Entry(Common):
    """Front matter that every entry shares."""

    from_: Date = field("first day it is valid", since=CURRENT, planned=True, alias="from")
    until: Date | None = field("last day it is valid", planned=True, after="from")
    source_key: Text | None = field("the key of the row that it was read from, in the system it comes from")


def entry_type(
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
    """A type of entry; its only stage is that it is current."""
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
