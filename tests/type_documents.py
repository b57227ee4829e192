"""Documents made from the models of their types: valid, and with no key more than a stage needs."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from qmsdoc.schema import schema
from qmsdoc.types.registry import builtin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qmsdoc.types.base import DocumentType, TableType

NAMED = {"person": "anna-keller", "role": "quality-manager", "clause": "ISO 13485 7.5.3", "document": "SOP-001"}
WRITTEN = {
    "basic_udi_di": "9521234WOUNDTRACERY",
    "udi_di": "09521234543213",
    "srn": "DE-MF-000012345",
    "emdn": "Z12040115",
    "year": "2026",
    "languages": "de",
    "reference": "crm:4711",
}


def a_value(document_type: DocumentType, key: str) -> str:
    """Something valid for a key of front matter, as its type says."""
    wanted = schema(document_type)["properties"][key]
    wanted = wanted.get("anyOf", [wanted])[0]  # the others say "not yet" and "does not apply"
    items = wanted.get("items", wanted)
    if types := document_type.of.get(key):
        value = f"{builtin()[types[0]].prefix}-001"
    elif refers := document_type.refers.get(key):
        value = NAMED[refers]
    elif key in WRITTEN:
        value = WRITTEN[key]
    elif "enum" in items:
        value = items["enum"][0]
    else:
        kinds = {"integer": "1", "boolean": "true"}
        value = "2026-11-01" if items.get("format") == "date" else kinds.get(items["type"], "a text")
    return f"[{value}]" if wanted["type"] == "array" else value


def minimal(
    document_type: DocumentType,
    stage: int = 0,
    *,
    but: tuple[str, ...] = (),
    say: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """A document that has reached a stage and holds what the stages up to it need, less what `but` names.

    say: values that it holds whatever they are, such as one that makes another key necessary.
    """
    names = [found.name for found in document_type.stages[: stage + 1]]
    keys = [key for key, since in document_type.since.items() if since in names]
    keys += [found.reached_by for found in document_type.stages[: stage + 1] if found.reached_by]
    given = {"id": f"{document_type.prefix}-900", "type": document_type.name}
    given |= {key: a_value(document_type, key) for key in keys if key not in given} | say
    for key, (since, other, value) in document_type.conditional.items():
        if since in names and given.get(other) == value and key not in given:
            given[key] = a_value(document_type, key)
    front = [f"{key}: {value}" for key, value in given.items() if key not in but]
    body = ["# A title"]
    for section in document_type.sections:
        if section.since in names and section.heading not in but:
            body += [f"## {section.heading}", "Text."]
    for table in document_type.tables:
        if (table.since in names or table.since is None) and table.field not in but:
            heading = f"## {table.heading}"
            if heading not in body:
                body += [heading, ""]
            body[body.index(heading) + 1] = _table(table)
    return "\n".join(["---", *front, "---", ""]) + "\n" + "\n\n".join(body) + "\n"


def _table(table: TableType) -> str:
    """A table with one full row."""
    from qmsdoc.types.base import heading_of

    columns = [heading_of(name) for name in table.row.model_fields]
    properties = table.row.model_json_schema()["properties"]
    cells = []
    for name in table.row.model_fields:
        wanted = properties[name]
        options = wanted.get("anyOf", [wanted])[0]
        if types := table.of.get(name):
            cells.append(f"{builtin()[types[0]].prefix}-001")
        elif refers := table.refers.get(name):
            cells.append(NAMED[refers])
        elif "enum" in options:
            cells.append(options["enum"][0])
        elif options.get("format") == "date":
            cells.append("2026-11-01")
        else:
            cells.append({"integer": "1", "boolean": "true"}.get(options["type"], "a text"))
    return "\n".join(f"| {' | '.join(row)} |" for row in (columns, ["---"] * len(columns), cells))


def named_in(text: str) -> list[DocumentType]:
    """The types of the documents PREFIX-001 that a text names."""
    prefixes = dict.fromkeys(re.findall(r"\b([A-Z]{2,9})-001\b", text))
    return [found for found in builtin().values() if found.prefix in prefixes]


def all_named_in(text: str) -> dict[str, str]:
    """The documents that a text names, and those that these name: path and text of each."""
    found: dict[str, str] = {}
    for document_type in named_in(text):
        path = f"{document_type.folder}/{document_type.prefix}-001.md"
        if document_type.name != "sop" and path not in found:
            found[path] = minimal(document_type).replace(
                f"{document_type.prefix}-900", f"{document_type.prefix}-001"
            )
            found |= all_named_in(found[path].replace(f"{document_type.prefix}-001", ""))
    return found
