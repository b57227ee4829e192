"""The shape of `schemas/types/*.yaml`: what a definition of a document type may say; see company.py."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from qmsdoc import scalars
from qmsdoc.types.base import Boolean, Date, DocumentId, ExternalKey, Fields, Integer, Key, Text, field
from qmsdoc.types.controlled import base as controlled
from qmsdoc.types.entries import base as entries
from qmsdoc.types.kinds import Kind
from qmsdoc.types.records import base as records

_SCALARS: dict[str, tuple[Any, str]] = {
    "text": (Text, ""),
    "integer": (Integer, ""),
    "date": (Date, ""),
    "boolean": (Boolean, ""),
    "document": (DocumentId, "document"),
    "role": (Key, "role"),
    "person": (Key, "person"),
    "clause": (Text, "clause"),
    "external-key": (ExternalKey, ""),
}
MOST = 200  # of anything in a definition: the largest type that the tool brings has 49 fields
BASES: dict[str, tuple[type[Fields], Kind]] = {
    "controlled": (controlled.Controlled, Kind.CONTROLLED),
    "record": (records.Record, Kind.RECORD),
    "entry": (entries.Entry, Kind.ENTRY),
}
_ScalarName = Literal["text", "integer", "date", "boolean", "document", "role", "person", "clause", "external-key"]
_YesNo = Annotated[bool, BeforeValidator(lambda v: scalars.read_boolean(v) if isinstance(v, str) else v)]


class Definition(BaseModel):
    """Base of the parts: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class FieldDefinition(Definition):
    """One field or column."""

    type: _ScalarName | None = None
    list_of: _ScalarName | None = None
    choices: list[str] | None = Field(default=None, max_length=MOST)
    since: str | None = None
    when: str = ""
    after: str = ""
    planned: _YesNo = False
    personal: _YesNo = False
    description: str = ""

    def build(self) -> tuple[Any, Any]:
        """The annotation and default of the pydantic field."""
        name = self.list_of or self.type or "text"
        annotation: Any
        annotation, refers = _SCALARS[name]
        if self.choices:
            annotation = Literal[tuple(self.choices)]
        if self.list_of:
            annotation = tuple.__class_getitem__((annotation, ...))
        return annotation | None, field(
            self.description,
            since=self.since,
            when=self.when,
            after=self.after,
            planned=self.planned,
            personal=self.personal,
            refers=refers,
        )


class TableDefinition(Definition):
    """A table under a heading."""

    heading: str
    since: str | None = None
    columns: dict[str, FieldDefinition] = Field(max_length=MOST)


class TypeDefinition(Definition):
    """The whole file."""

    name: Annotated[str, BeforeValidator(scalars.read_key)]
    title: str
    kind: Literal["controlled", "record", "entry"]
    prefix: str = Field(pattern=r"^[A-Z][A-Z0-9]{1,9}$")
    folder: str = Field(pattern=r"^(sops|records|templates)(/[a-z0-9][a-z0-9-]*)*$")
    clauses: list[str] = Field(default=[], max_length=MOST)
    retention: str
    stages: list[str] = Field(default=[], max_length=MOST)
    sections: list[str] = Field(default=[], max_length=MOST)
    fields: dict[str, FieldDefinition] = Field(default={}, max_length=MOST)
    tables: dict[str, TableDefinition] = Field(default={}, max_length=MOST)
