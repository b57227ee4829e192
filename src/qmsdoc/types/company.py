"""A company's own document types, from `schemas/types/*.yaml`, on the same registry as the built-in ones.

name: calibration-plan
title: Calibration plan
kind: controlled            # controlled | record | entry
prefix: CLP
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

import re
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError, create_model

from qmsdoc.diagnostics import Location, Problem
from qmsdoc.plain_yaml import NotPlain, line_of, read_plain
from qmsdoc.suggest import did_you_mean
from qmsdoc.types.base import DocumentType, Fields, Section, Stage, TableType
from qmsdoc.types.controlled import base as controlled
from qmsdoc.types.definition import BASES, Definition, FieldDefinition, TableDefinition, TypeDefinition
from qmsdoc.types.entries import base as entries
from qmsdoc.types.kinds import Kind
from qmsdoc.types.records import base as records
from qmsdoc.types.state_keys import STATE_KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping

CODE = "QD702"
MOST = 100  # mistakes that are told of one definition

_name = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", re.ASCII).fullmatch


def read_type(
    raw: bytes, path: str, known: Mapping[str, DocumentType]
) -> tuple[DocumentType | None, list[Problem]]:
    """Read one definition; a wrong one gives problems with their lines and no type."""
    lines: dict[tuple[Any, ...], int] = {}
    try:
        definition = TypeDefinition.model_validate(read_plain(raw, lines))
        return _build(definition, path, known), []
    except ValidationError as error:
        return None, _problems(error, path, lines)
    except _Wrong as error:
        return None, [Problem(Location(path, line_of(lines, error.loc)), str(error), error.hint, CODE)]
    except NotPlain as error:
        return None, [Problem(Location(path, error.line), str(error), None, CODE)]


class _Wrong(ValueError):
    """A mistake that the shape alone does not show."""

    def __init__(self, message: str, loc: tuple[Any, ...] = (), hint: str | None = None) -> None:
        super().__init__(message)
        self.loc, self.hint = loc, hint


def _problems(error: ValidationError, path: str, lines: Mapping[tuple[Any, ...], int]) -> list[Problem]:
    """One problem a mistake: a key that is missing because it is misspelt is not reported twice."""
    found = [_problem(details, path, lines) for details in error.errors(include_url=False)[:MOST]]
    meant = {problem.hint for problem in found if problem.hint}
    return [
        problem for problem in found if f"did you mean {problem.message.removesuffix(' is missing')}?" not in meant
    ]


def _problem(details: Any, path: str, lines: Mapping[tuple[Any, ...], int]) -> Problem:
    loc = tuple(details["loc"])
    key = str(loc[-1]) if loc else ""
    hint = None
    if details["type"] == "extra_forbidden":
        message = f"`{key}` is not a key here"
        owner: type[Definition] = TypeDefinition
        if "fields" in loc or "columns" in loc:
            owner = FieldDefinition
        elif "tables" in loc:
            owner = TableDefinition
        hint = did_you_mean(key, owner.model_fields)
    elif details["type"] == "missing":
        message = f"`{key}` is missing"
    else:
        message = f"{'.'.join(map(str, loc))}: {details['msg'].removeprefix('Value error, ')}"
    return Problem(Location(path, line_of(lines, loc)), message, hint, CODE)


def _build(definition: TypeDefinition, path: str, known: Mapping[str, DocumentType]) -> DocumentType:
    if definition.name in known or definition.name == "document":
        raise _Wrong(f"there is a type `{definition.name}` already", ("name",))
    if taken := next((other.name for other in known.values() if other.prefix == definition.prefix), ""):
        raise _Wrong(f"ids of type `{taken}` begin with `{definition.prefix}-` already", ("prefix",))
    base, kind = BASES[definition.kind]
    _check_fields(definition.fields, ("fields",), base)
    _check_conditions(definition.fields, base)
    stages = _stages(definition, kind)
    names = {stage.name for stage in stages}
    first = stages[0].name

    def stage(name: str | None, loc: tuple[Any, ...]) -> str:
        if name and name not in names:
            raise _Wrong(f"`{name}` is not a stage of this type", loc, did_you_mean(name, names))
        return name or first

    for name, given in definition.fields.items():
        stage(given.since, ("fields", name, "since"))
    model = _model(definition.title, base, definition.fields)
    tables = []
    for name, table in definition.tables.items():
        where: tuple[Any, ...] = ("tables", name, "columns")
        _check_fields(table.columns, where, Fields)
        for column, given in table.columns.items():
            stage(given.since, (*where, column, "since"))
        row = _model(table.heading, Fields, table.columns)
        since = stage(table.since, ("tables", name, "since")) if table.since else None
        tables.append(TableType(name, table.heading, row, since))
    sections = []
    for index, text in enumerate(definition.sections):
        heading, _, named = text.partition(" @")
        sections.append(Section(heading, stage(named, ("sections", index))))
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


def _check_fields(fields: Mapping[str, FieldDefinition], where: tuple[Any, ...], base: type[Fields]) -> None:
    """Names that are keys, that nothing else has, and definitions that fit together."""
    for name, given in fields.items():
        at = (*where, name)
        if not _name(name):
            raise _Wrong(f"`{name}` is not a key; write lower-case words joined by `_`", at)
        if name in base.model_fields or f"{name}_" in base.model_fields:
            raise _Wrong(f"every document of this kind has `{name}` already", at)
        if base is not Fields and name in STATE_KEYS:
            raise _Wrong(f"`{name}` is not written into a file", at, "state and approval come from signed acts")
        if hasattr(BaseModel, name) or name.startswith("model_"):
            raise _Wrong(f"`{name}` cannot be the name of a field", at, f"write `{name}_of`, or another word")
        if given.choices is not None and (not given.choices or given.type or given.list_of):
            raise _Wrong("`choices` is a list of words and stands without `type`", (*at, "choices"))
        if given.type and given.list_of:
            raise _Wrong("`type` and `list_of` exclude each other", (*at, "list_of"))
        if given.personal and "external-key" not in {given.type, given.list_of}:
            hint = "write `type: external-key`; names and contacts do not belong into git"
            raise _Wrong("what is `personal` is a key into a restricted store", (*at, "personal"), hint)


def _check_conditions(fields: Mapping[str, FieldDefinition], base: type[Fields]) -> None:
    """Conditions and orders name keys that are there; a condition says from which stage on."""
    keys = {*fields, *(info.alias or name for name, info in base.model_fields.items())}
    for name, given in fields.items():
        key, _, value = given.when.partition(": ")
        if given.when and (key not in keys or not value):
            hint = did_you_mean(key, keys) or 'write `when: "result: failed"`'
            raise _Wrong(f"`{given.when}` names no key and its value", ("fields", name, "when"), hint)
        if given.when and not given.since:
            raise _Wrong(
                "`when` stands with the stage from which it counts", ("fields", name, "when"), "add `since`"
            )
        for earlier in given.after.split():
            if earlier not in keys:
                message = f"`{earlier}` is not a key of this type"
                raise _Wrong(message, ("fields", name, "after"), did_you_mean(earlier, keys))


def _model(title: str, base: type[Fields], fields: Mapping[str, FieldDefinition]) -> type[Fields]:
    given: dict[str, Any] = {name: definition.build() for name, definition in fields.items()}
    return create_model(title.title().replace(" ", ""), __base__=base, __doc__=title, **given)


def _stages(definition: TypeDefinition, kind: Kind) -> tuple[Stage, ...]:
    """The fixed stages of the kind; a record may have more between open and closed."""
    if kind is Kind.CONTROLLED:
        return controlled.STAGES
    if kind is Kind.ENTRY:
        return (Stage(entries.CURRENT),)
    between: dict[str, Stage] = {}
    for index, text in enumerate(definition.stages):
        name, _, reached_by = text.partition(" ")
        if name in (records.OPEN, records.CLOSED) or name in between:
            raise _Wrong(f"the stage `{name}` is there twice", ("stages", index))
        if reached_by not in definition.fields or definition.fields[reached_by].type != "date":
            raise _Wrong(
                f"stage `{name}` names no date field that reaches it",
                ("stages", index),
                "write `planned planned_on`",
            )
        between[name] = Stage(name, reached_by)
    return (Stage(records.OPEN), *between.values(), Stage(records.CLOSED, "closed"))
