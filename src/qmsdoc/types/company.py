"""A company's own document types, from `schemas/types/*.yaml`, on the same registry as the built-in ones.

name: calibration-plan
title: Calibration plan
kind: controlled            # controlled | record | entry
prefix: CAL
folder: sops/production
clauses: [ISO 13485 7.6]
retention: as long as the equipment is in use
stages: [planned planned_on]            # records: between open and closed, each with the date that reaches it
sections: [Scope, Schedule]             # `Scope @approval` where needed from that stage on
fields:
  laboratory: {type: text, since: approval, description: who calibrates}
tables:
  schedule:
    heading: Schedule
    since: draft
    columns:
      equipment: {type: document, since: draft}
      due: {type: date, since: draft}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model

from qmsdoc import scalars
from qmsdoc.diagnostics import Location, Problem
from qmsdoc.suggest import did_you_mean
from qmsdoc.types import controlled, entries, records
from qmsdoc.types.base import (
    Boolean,
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

if TYPE_CHECKING:
    from collections.abc import Mapping

CODE = "QD702"
MAX_SIZE = 64 * 1024

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
_BASES: dict[str, tuple[type[Fields], Kind]] = {
    "controlled": (controlled.Controlled, Kind.CONTROLLED),
    "record": (records.Record, Kind.RECORD),
    "entry": (entries.Entry, Kind.ENTRY),
}
_ScalarName = Literal["text", "integer", "date", "boolean", "document", "role", "person", "clause", "external-key"]


class _Definition(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Field(_Definition):
    type: _ScalarName | None = None
    list_of: _ScalarName | None = None
    choices: list[str] | None = None
    since: str | None = None
    personal: Annotated[bool, BeforeValidator(lambda v: scalars.read_boolean(v) if isinstance(v, str) else v)] = (
        False
    )
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
        return annotation | None, field(self.description, since=self.since, personal=self.personal, refers=refers)


class _Table(_Definition):
    heading: str
    since: str | None = None
    columns: dict[str, _Field]


class _Type(_Definition):
    name: Annotated[str, BeforeValidator(scalars.read_key)]
    title: str
    kind: Literal["controlled", "record", "entry"]
    prefix: str = Field(pattern=r"^[A-Z][A-Z0-9]{1,9}$")
    folder: str = Field(pattern=r"^(sops|records|templates)(/[a-z0-9][a-z0-9-]*)*$")
    clauses: list[str] = []
    retention: str
    stages: list[str] = []
    sections: list[str] = []
    fields: dict[str, _Field] = {}
    tables: dict[str, _Table] = {}


def read_type(
    raw: bytes, path: str, known: Mapping[str, DocumentType]
) -> tuple[DocumentType | None, list[Problem]]:
    """Read one definition; a wrong one gives problems with their lines and no type."""
    lines: dict[tuple[Any, ...], int] = {}
    try:
        definition = _Type.model_validate(_read_yaml(raw, lines))
        return _build(definition, path, known), []
    except ValidationError as error:
        return None, _problems(error, path, lines)
    except _Wrong as error:
        line = error.line or _line(lines, error.loc)
        return None, [Problem(Location(path, line), str(error), error.hint, CODE)]
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or type(error).__name__
        return None, [
            Problem(Location(path, mark.line + 1 if mark else 1), f"this is not YAML: {said}", None, CODE)
        ]


class _Wrong(ValueError):
    """A mistake that the shape alone does not show."""

    def __init__(self, message: str, loc: tuple[Any, ...] = (), hint: str | None = None, line: int = 0) -> None:
        super().__init__(message)
        self.loc, self.hint, self.line = loc, hint, line


def _read_yaml(raw: bytes, lines: dict[tuple[Any, ...], int]) -> Any:
    """The data of a small YAML file, scalars as text; fills in the line of every key. No aliases, no tags."""
    if len(raw) > MAX_SIZE:
        raise _Wrong("the file is larger than 64 KiB")
    text = raw.decode()
    for event in yaml.parse(text, yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _Wrong("an alias (`*`) is not allowed here", line=event.start_mark.line + 1)  # type: ignore[union-attr]
    node = yaml.compose(text, yaml.SafeLoader)
    return _plain(node, (), lines) if node else {}


def _plain(node: Any, loc: tuple[Any, ...], lines: dict[tuple[Any, ...], int]) -> Any:
    lines.setdefault(loc, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*loc, i), lines) for i, item in enumerate(node.value)]
    data: dict[str, Any] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in data:
            raise _Wrong(f"`{name}` is given twice", line=key.start_mark.line + 1)
        lines[*loc, name] = key.start_mark.line + 1
        data[name] = _plain(value, (*loc, name), lines)
    return data


def _line(lines: Mapping[tuple[Any, ...], int], loc: tuple[Any, ...]) -> int:
    """The line of a location, or of the nearest thing that holds it."""
    while loc and loc not in lines:
        loc = loc[:-1]
    return lines.get(loc, 1)


def _problems(error: ValidationError, path: str, lines: Mapping[tuple[Any, ...], int]) -> list[Problem]:
    """One problem a mistake: a key that is missing because it is misspelt is not reported twice."""
    found = [_problem(details, path, lines) for details in error.errors(include_url=False)]
    meant = {problem.hint for problem in found if problem.hint}
    return [
        problem
        for problem in found
        if f"did you mean {problem.message.removesuffix(' is missing')}?" not in meant
    ]


def _problem(details: Any, path: str, lines: Mapping[tuple[Any, ...], int]) -> Problem:
    loc = tuple(details["loc"])
    key = str(loc[-1]) if loc else ""
    hint = None
    if details["type"] == "extra_forbidden":
        message = f"`{key}` is not a key here"
        owner = _Field if "fields" in loc or "columns" in loc else _Table if "tables" in loc else _Type
        hint = did_you_mean(key, owner.model_fields)
    elif details["type"] == "missing":
        message = f"`{key}` is missing"
    else:
        message = f"{'.'.join(map(str, loc))}: {details['msg'].removeprefix('Value error, ')}"
    return Problem(Location(path, _line(lines, loc)), message, hint, CODE)


def _build(definition: _Type, path: str, known: Mapping[str, DocumentType]) -> DocumentType:
    if definition.name in known:
        raise _Wrong(f"`{definition.name}` is a type of the tool", ("name",))
    base, kind = _BASES[definition.kind]
    stages = _stages(definition, kind)
    names = {stage.name for stage in stages}
    first = stages[0].name

    def stage(name: str | None, loc: tuple[Any, ...]) -> str:
        if name and name not in names:
            raise _Wrong(f"`{name}` is not a stage of this type", loc, did_you_mean(name, names))
        return name or first

    for name, given in definition.fields.items():
        scalars.read_key(name.replace("_", "-"))
        stage(given.since, ("fields", name, "since"))
    model = _model(definition.title, base, definition.fields)
    tables = []
    for name, table in definition.tables.items():
        row = _model(table.heading, Fields, table.columns)
        tables.append(
            TableType(name, table.heading, row, stage(table.since, ("tables", name)) if table.since else None)
        )
    sections = []
    for index, text in enumerate(definition.sections):
        heading, _, since = text.partition(" @")
        sections.append(Section(heading, stage(since, ("sections", index))))
    return DocumentType(
        name=definition.name,
        title=definition.title,
        kind=kind,
        prefix=definition.prefix,
        folder=definition.folder,
        model=model,
        stages=stages,
        clauses=tuple(definition.clauses),
        retention=definition.retention,
        sections=tuple(sections),
        tables=tuple(tables),
        source=path,
    )


def _model(title: str, base: type[Fields], fields: Mapping[str, _Field]) -> type[Fields]:
    given: dict[str, Any] = {name: definition.build() for name, definition in fields.items()}
    return create_model(title.title().replace(" ", ""), __base__=base, __doc__=title, **given)


def _stages(definition: _Type, kind: Kind) -> tuple[Stage, ...]:
    """The fixed stages of the kind; a record may have more between open and closed."""
    if kind is Kind.CONTROLLED:
        return controlled.STAGES
    if kind is Kind.ENTRY:
        return (Stage(entries.CURRENT),)
    between = []
    for index, text in enumerate(definition.stages):
        name, _, reached_by = text.partition(" ")
        if reached_by not in definition.fields:
            raise _Wrong(
                f"stage `{name}` names no date field that reaches it",
                ("stages", index),
                "write `planned planned_on`",
            )
        between.append(Stage(name, reached_by))
    return (Stage(records.OPEN), *between, Stage(records.CLOSED, "closed"))
