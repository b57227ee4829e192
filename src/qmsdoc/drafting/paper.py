"""What a form asks for, laid out to be filled by hand: fields by stage, then sections and tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.drafting.text import choices, meaning
from qmsdoc.scalars import section_name
from qmsdoc.types.base import heading_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qmsdoc.types.base import DocumentType, TableType

# What is given by who takes the sheet in, or says nothing on paper.
_OFFICE = {
    *("id", "type", "revision", "owner", "procedure_revision", "references", "evidence", "attachments"),
    *("source_key", "language", "waive", "supersedes", "translation_of", "satisfies", "applies_to", "training"),
}
WHERE_KNOWN = "where known"
_heading = re.compile(r"(#{1,6}) ++(.*)").fullmatch


class Line(NamedTuple):
    """A field: its label, what it means, and the boxes to tick; without boxes something is written."""

    label: str
    about: str
    boxes: Sequence[str] = ()


class Group(NamedTuple):
    """The fields that must be filled before a stage."""

    stage: str
    lines: Sequence[Line]


class Part(NamedTuple):
    """A section: its heading, the guidance of the form, and the columns of its table; without, room for text."""

    heading: str
    guidance: str
    columns: Sequence[str] = ()


class Paper(NamedTuple):
    """Everything on a sheet."""

    groups: Sequence[Group]
    parts: Sequence[Part]


def paper(document_type: DocumentType, template: str) -> Paper:
    """The sheet of a form, from the type that it makes and from the body of the form."""
    return Paper(list(_groups(document_type)), list(_parts(document_type, template)))


def _groups(document_type: DocumentType) -> Iterator[Group]:
    since = dict(document_type.since)
    since |= {key: stage for key, (stage, _, _) in document_type.conditional.items()}
    since |= {stage.reached_by: stage.name for stage in document_type.stages if stage.reached_by}
    keys = [key for key in document_type.names if key not in _OFFICE and not _is_procedure(document_type, key)]
    for stage in (*(stage.name for stage in document_type.stages), WHERE_KNOWN):
        lines = [_line(document_type, key) for key in keys if since.get(key, WHERE_KNOWN) == stage]
        if lines:
            yield Group(stage, lines)


def _is_procedure(document_type: DocumentType, key: str) -> bool:
    """Whether a key names the procedure, which is printed on the sheet."""
    return key == "procedure" and document_type.refers.get(key) == "document"


def _line(document_type: DocumentType, key: str) -> Line:
    about = meaning(document_type, key)
    if when := document_type.when.get(key):
        other, _, value = when.partition(": ")
        said = {"true": "yes", "false": "no"}.get(value, value)
        about = f"{about} (where {heading_of(other).lower()}: {said})"
    if key in document_type.dates:
        return Line(heading_of(key), f"{about} (YYYY-MM-DD)")
    info = document_type.model.model_fields[document_type.names[key]]
    is_yes_or_no = "bool" in str(info.annotation)
    return Line(heading_of(key), about, ("yes", "no") if is_yes_or_no else choices(document_type, key))


def _parts(document_type: DocumentType, template: str) -> Iterator[Part]:
    tables = {section_name(table.heading): table for table in document_type.tables}
    found = dict(_sections(template))
    there = {section_name(heading) for heading in found}
    for wanted in (*(s.heading for s in document_type.sections), *(t.heading for t in document_type.tables)):
        if section_name(wanted) not in there:
            found.setdefault(wanted, "")
    for heading, guidance in found.items():
        yield Part(heading, guidance, _columns(tables.get(section_name(heading))))


def _columns(table: TableType | None) -> list[str]:
    return [heading_of(name) for name in table.row.model_fields] if table else []


def _sections(template: str) -> Iterator[tuple[str, str]]:
    """The headings below the title, and the guidance that stands under each."""
    heading = ""
    guidance: list[str] = []
    for line in template.split("\n"):
        found = _heading(line)
        if found or line.startswith("{%"):
            if heading:
                yield heading, _sentence(guidance)
            heading, guidance = (found[2].rstrip(" ") if found and found[1] != "#" and "{" not in line else ""), []
        elif line.startswith(">"):
            guidance.append(line.removeprefix(">").strip().removeprefix("Guidance:").strip())
    if heading:
        yield heading, _sentence(guidance)


def _sentence(lines: list[str]) -> str:
    text = " ".join(lines)
    return text[:1].upper() + text[1:]
