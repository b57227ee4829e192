"""The text of a new document, made from what somebody says: by flags, at a terminal, or in the row of a table."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Literal, get_args, get_origin

from qmsdoc.drafting import form
from qmsdoc.scalars import section_name
from qmsdoc.types.base import heading_of
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from qmsdoc.project import Document
    from qmsdoc.types.base import DocumentType, TableType

Given = str | list[str] | list[dict[str, str]]
"""A value as it was given: a text, a list of texts, or the rows of a table."""

_needs_quotes = re.compile(r"^[\s\-?:,\[\]{}#&*!|>'\"%@`]|: |:$| #|\s$|^(n/a)|[\n\r]").search
_plain_item = re.compile(r"[^\s,\[\]{}:#&*!|>'\"%@`?-][^,\[\]{}:#'\"\n]*(?<!\s)").fullmatch
_heading_marks = re.compile(r"#{1,6} +").match


def defaults(document_type: DocumentType, document_id: str, today: date) -> dict[str, Given]:
    """What is known of a new document without asking."""
    first_day = {Kind.RECORD: "opened", Kind.ENTRY: "from"}
    values: dict[str, Given] = {"id": document_id, "type": document_type.name}
    if document_type.kind is Kind.CONTROLLED:
        return values | {"revision": "1"}
    return values | {first_day[document_type.kind]: today.isoformat()}


def fields(document_type: DocumentType, template: Document | None) -> list[str]:
    """Everything that can be said of a new document: keys, and the headings of its sections and tables.

    template: the form, which may have headings that the type does not ask for.
    """
    headings = [section.heading for section in document_type.sections]
    headings += [table.heading for table in document_type.tables]
    headings += [found.text for found in template.body.headings if found.level > 1] if template else []
    return [*document_type.names, *dict.fromkeys(headings)]


def takes_list(document_type: DocumentType, key: str) -> bool:
    """Whether a key holds a list."""
    info = document_type.model.model_fields.get(document_type.names.get(key, ""))
    return info is not None and any(
        get_origin(part) is tuple for part in (info.annotation, *get_args(info.annotation))
    )


def as_list(text: str) -> list[str]:
    """The items of a list as people type it: `A, B` or `[A, B]`."""
    bare = text.strip().removeprefix("[").removesuffix("]")
    return [item.strip() for item in bare.split(",") if item.strip()]


def needed(document_type: DocumentType, values: Mapping[str, Given]) -> list[str]:
    """The keys that a document with these values must have at its first stage, in the order of the type."""
    first = document_type.stages[0].name
    keys = {key for key, since in document_type.since.items() if since == first}
    keys |= {
        key
        for key, (since, other, value) in document_type.conditional.items()
        if since == first and values.get(other) == value
    }
    return [key for key in document_type.names if key in keys]


def compose(document_type: DocumentType, values: Mapping[str, Given], template: str | None = None) -> str:
    """A whole document. What its first stage needs and nobody said stays empty, with its choices as a comment.

    values: by key of the front matter, by heading of a section, or by heading of a table.
    template: the body of the form; without one the body is the sections of the type.

    Nothing is invented to make a document look complete: an empty key is reported until somebody fills it.
    Raises what `form.fill` raises.
    """
    texts = {key: value for key, value in values.items() if isinstance(value, str) and key in document_type.names}
    body = form.fill(template or form.PLAIN, document_type, {"title": "", "owner": "", **texts})
    for heading, text in _under_headings(document_type, values):
        body = _put(body, heading, text)
    return "\n".join(["---", *_front(document_type, values), "---", "", body.lstrip("\n")])


def _heading(line: str) -> str | None:
    """The text of a heading without its marks; None for any other line."""
    marks = _heading_marks(line)
    if not marks:
        return None
    text = line[marks.end() :].rstrip(" ")
    bare = text.rstrip("#")
    return bare.rstrip(" ") if bare.endswith(" ") else text


def part_at(text: str, line: int) -> str:
    """The key, or the heading, of what stands on a line (from 1) of a composed document."""
    lines = text.split("\n")[:line]
    if "---" not in lines[1:]:
        return lines[-1].partition(":")[0] if line > 1 else ""
    return next((found for back in reversed(lines) if (found := _heading(back)) is not None), "")


def choices(document_type: DocumentType, key: str) -> tuple[str, ...]:
    """The values that a key can have, where they are few."""
    info = document_type.model.model_fields[document_type.names[key]]
    parts = [info.annotation, *get_args(info.annotation)]
    parts += [inner for part in parts for inner in get_args(part)]  # the items of a list
    return next((get_args(part) for part in parts if get_origin(part) is Literal), ())


def meaning(document_type: DocumentType, key: str) -> str:
    """What a key holds, in the words of its type."""
    return document_type.model.model_fields[document_type.names[key]].description or key


def _front(document_type: DocumentType, values: Mapping[str, Given]) -> Iterator[str]:
    necessary = needed(document_type, values)
    for key in document_type.names:
        if key in values:
            yield f"{key}: {_yaml(values[key])}"
        elif key in necessary:
            said = " | ".join(choices(document_type, key)) or meaning(document_type, key)
            yield f"{key}:  # {said}"


def _yaml(value: Given) -> str:
    """A value as YAML reads it back: quoted only where it must be."""
    if isinstance(value, list):
        items = map(str, value)
        return f"[{', '.join(item if _plain_item(item) else _quoted(item) for item in items)}]"
    return _quoted(value) if _needs_quotes(value) or not value else value


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _under_headings(document_type: DocumentType, values: Mapping[str, Given]) -> Iterator[tuple[str, str]]:
    """What stands under each heading that was given: the text of a section or the rows of a table."""
    tables = {table.heading: table for table in document_type.tables}
    for heading, value in values.items():
        if heading in document_type.names:
            continue
        if isinstance(value, str):
            yield heading, form.paragraphs(value)
        elif heading in tables:
            yield heading, _table(tables[heading], value)


def _table(table: TableType, rows: Sequence[str | dict[str, str]]) -> str:
    """Rows as a Markdown table with the columns that are needed or given."""
    full = [row for row in rows if isinstance(row, dict)]
    shown = [name for name in table.row.model_fields if name in table.needed or any(row.get(name) for row in full)]
    lines = [[heading_of(name) for name in shown], ["---"] * len(shown)]
    lines += [[form.literal(" ".join(row.get(name, "").split())) for name in shown] for row in full]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _put(body: str, heading: str, text: str) -> str:
    """Put a text under a heading, which is added where it is absent; a table takes the place of one there."""
    lines = body.rstrip("\n").split("\n")
    at = [number for number, line in enumerate(lines) if _heading(line) is not None]
    here = next((n for n in at if section_name(_heading(lines[n]) or "") == section_name(heading)), None)
    if here is None:
        return "\n".join([*lines, "", f"## {heading}", "", text, ""])
    end = next((number for number in at if number > here), len(lines))
    rest = [line for line in lines[here + 1 : end] if not (text.startswith("| ") and line.startswith("|"))]
    return "\n".join([*lines[: here + 1], "", text, *(rest if any(rest) else [""]), *lines[end:]]) + "\n" * (
        end < len(lines)
    )
