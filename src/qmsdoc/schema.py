"""JSON Schemas of the document types, generated from the same models that validate."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from qmsdoc.types.base import DocumentType
    from qmsdoc.types.registry import Types

NOT_APPLICABLE = r"^n/a \(.+\)$"
DRAFT = "https://json-schema.org/draft/2020-12/schema"


class _FlatSchema(GenerateJsonSchema):
    """Schemas of front matter: a key that is absent is not null, and titles say nothing that keys do not."""

    def nullable_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def schema(document_type: DocumentType) -> dict[str, Any]:
    """The JSON Schema of a type's front matter; required is what the first stage needs."""
    body = document_type.model.model_json_schema(by_alias=True, schema_generator=_FlatSchema)
    body["properties"]["type"] = {"const": document_type.name, "description": "the document type"}
    for key, since in document_type.since.items():
        body["properties"][key]["x-since"] = since
    for key, limits in _limits(document_type):
        body["properties"][key] |= limits
    first = document_type.stages[0].name
    body["required"] = [key for key, since in document_type.since.items() if since == first]
    later = set(body["properties"]) - set(body["required"])
    body["properties"] |= {key: _or_decided(body["properties"][key]) for key in later}
    body["title"] = document_type.title
    body["$comment"] = (
        f"Stages: {', '.join(stage.name for stage in document_type.stages)}; "
        "x-since names the first that needs a key."
    )
    body.pop("description", None)
    return {"$schema": DRAFT, **dict(sorted(body.items()))}


def _or_decided(of_key: dict[str, Any]) -> dict[str, Any]:
    """The schema of a key that may also be empty (not yet) or `n/a (reason)` (decided: does not apply)."""
    about = {word: of_key[word] for word in of_key if word == "description" or word.startswith("x-")}
    value = {word: of_key[word] for word in of_key if word not in about}
    return about | {"anyOf": [value, {"type": "null"}, {"type": "string", "pattern": NOT_APPLICABLE}]}


def _limits(document_type: DocumentType) -> Iterator[tuple[str, dict[str, int]]]:
    """The least and the greatest number of a key, which the schema of its scalar type does not know."""
    for key, name in document_type.names.items():
        for limit in document_type.model.model_fields[name].metadata:
            for attribute, word in (("ge", "minimum"), ("le", "maximum")):
                if hasattr(limit, attribute):
                    yield key, {word: getattr(limit, attribute)}


def schemas(types: Types) -> Mapping[str, str]:
    """The text of each type's schema file, by type name, and one that chooses by `type`."""
    texts = {document_type.name: _text(schema(document_type)) for document_type in types.values()}
    return texts | {"document": _text(_any_of(types.values()))}


def _any_of(types: Iterable[DocumentType]) -> dict[str, Any]:
    """The schema for any document: `type` chooses the schema of the type."""
    names = [document_type.name for document_type in types]
    choices = [
        {"if": {"properties": {"type": {"const": name}}}, "then": {"$ref": f"{name}.schema.json"}}
        for name in names
    ]
    return {
        "$schema": DRAFT,
        "title": "Front matter of a document",
        "type": "object",
        "required": ["id", "type"],
        "properties": {"type": {"enum": names}},
        "allOf": choices,
    }


def _text(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
