"""The parts that document types are made of: field types, stages, sections, tables, and the type itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from qmsdoc import identifiers, scalars

if TYPE_CHECKING:
    from qmsdoc.types.kinds import Kind


def _scalar(reader: Any, pattern: str | None = None, **schema: Any) -> Any:
    """Attach a reader of text to a type, and the JSON Schema that editors use for it."""
    as_json: dict[str, Any] = {"type": "string", **schema}
    if pattern:
        as_json["pattern"] = f"^(?:{pattern})$"

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            raise ValueError("a list where one value is expected")  # noqa: TRY004 - pydantic takes ValueError as a finding
        return reader(value)

    return (BeforeValidator(read), WithJsonSchema(as_json))


Text = Annotated[str, *_scalar(scalars.read_text)]
Integer = Annotated[int, *_scalar(scalars.read_integer, type="integer", minimum=0)]
Date = Annotated[date, *_scalar(scalars.read_date, scalars.DATE, format="date")]
Boolean = Annotated[bool, *_scalar(scalars.read_boolean, type="boolean")]
DocumentId = Annotated[str, *_scalar(scalars.read_document_id, scalars.DOCUMENT_ID)]
Key = Annotated[str, *_scalar(scalars.read_key, scalars.KEY)]
FileName = Annotated[str, *_scalar(scalars.read_file_name, scalars.FILE_NAME)]
ExternalKey = Annotated[str, *_scalar(scalars.read_external_key, scalars.EXTERNAL_KEY)]
BasicUdiDi = Annotated[str, *_scalar(identifiers.read_basic_udi_di)]
UdiDi = Annotated[str, *_scalar(identifiers.read_udi_di)]
Srn = Annotated[str, *_scalar(identifiers.read_srn, identifiers.SRN)]
ManufacturerSrn = Annotated[str, *_scalar(identifiers.read_manufacturer_srn, identifiers.MANUFACTURER_SRN)]
Emdn = Annotated[str, *_scalar(identifiers.read_emdn, identifiers.EMDN)]


@dataclass(frozen=True, slots=True)
class Stage:
    """A step in the life of a document; a record reaches it when the date in `reached_by` is given."""

    name: str
    reached_by: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading that a document must have from a stage on."""

    heading: str
    since: str


class Fields(BaseModel):
    """Base of every front matter and row model: unknown keys are refused, building waits for first use."""

    model_config = ConfigDict(extra="forbid", defer_build=True, frozen=True)


FIRST = "first"  # the first stage of the type, whatever its name


def field(
    description: str,
    *,
    since: str | None = None,
    when: str = "",
    after: str = "",
    at_most: str = "",
    planned: bool = False,
    personal: bool = False,
    refers: str = "",
    of: tuple[str, ...] = (),
    **kw: Any,
) -> Any:
    """A field that may be absent until its stage.

    since: the stage from which it must be there, FIRST for the first of the type (None: never required).
    when: it must be there only where another key says so: `reportable: true`.
    after: keys of days, parted by blanks, before which this day cannot be.
    at_most: the key of the number of which this one is a part, and which it cannot exceed.
    planned: a day that may lie in the future.
    personal: holds only a key into a restricted store; never a name or contact.
    refers: what the value names: `document`, `role`, `person` or `clause`.
    of: the types that a document named here can have; any, where none is given.
    """
    marks: dict[str, Any] = {
        "x-since": since,
        "x-when": when,
        "x-after": after,
        "x-at-most": at_most,
        "x-planned": planned,
        "x-personal": personal,
        "x-refers": refers or ("document" if of else ""),
        "x-of": list(of),
    }
    extra = {mark: value for mark, value in marks.items() if value}
    return Field(default=None, description=description, json_schema_extra=extra or None, **kw)


class Common(Fields):
    """Front matter that documents of every kind share."""

    id: DocumentId = field("unique for ever; the file name begins with it", since=FIRST)
    type: Text = field("the document type", since=FIRST)
    title: Text = field("the title readers see, or what happened, in one line", since=FIRST)
    owner: Key = field("the role that answers for it", since=FIRST, refers="role")
    references: tuple[DocumentId, ...] | None = field("documents and records it relies on", refers="document")
    language: Key | None = field("language of the text (BCP 47), when not the company's")
    attachments: tuple[FileName, ...] | None = field("files in the folder beside this one, named by the id")
    waive: tuple[Text, ...] | None = field("findings accepted while it is a draft or open: `QD205: reason`")


def heading_of(field: str) -> str:
    """The column header of a row field: `done_on` is headed `Done on`."""
    return field.replace("_", " ").capitalize()


def marked(model: type[Fields], mark: str) -> dict[str, Any]:
    """The fields of a model that carry a mark of `field()`, by key as it is written in a document."""
    found = {}
    for name, info in model.model_fields.items():
        if isinstance(info.json_schema_extra, dict) and mark in info.json_schema_extra:
            found[info.alias or name] = info.json_schema_extra[mark]
    return found


@dataclass(frozen=True, eq=False)
class TableType:
    """A table under a named heading, with one row model; `since` is None where it may be left out."""

    field: str
    heading: str
    row: type[Fields]
    since: str | None = None

    @cached_property
    def needed(self) -> dict[str, str]:
        """Stage from which each required column must be filled."""
        return marked(self.row, "x-since")

    @cached_property
    def refers(self) -> dict[str, str]:
        """What the cells of a column name: `document`, `role`, `person` or `clause`."""
        return marked(self.row, "x-refers")

    @cached_property
    def at_most(self) -> dict[str, str]:
        """For columns that hold a number: the column of the number that they cannot exceed."""
        return marked(self.row, "x-at-most")

    @cached_property
    def of(self) -> dict[str, list[str]]:
        """The types that a document named in a column can have."""
        return marked(self.row, "x-of")


@dataclass(frozen=True, eq=False)
class DocumentType:
    """What the tool knows about one type of document.

    clauses: the requirements that documents of this type serve, as citations.
    retention: how long it is kept, in words, with the clause that says so.
    every: months within which one such record is expected; None where records come with events.
    renewed: pairs of keys, a day and the months after which it must be renewed, for entries with such limits.
    binds: keys that name documents whose present text a signature is about as well.
    """

    name: str
    title: str
    kind: Kind
    prefix: str
    folder: str
    model: type[Fields]
    stages: tuple[Stage, ...]
    clauses: tuple[str, ...]
    retention: str
    sections: tuple[Section, ...] = ()
    tables: tuple[TableType, ...] = ()
    every: int | None = None
    renewed: tuple[tuple[str, str], ...] = ()
    binds: tuple[str, ...] = ()
    source: str = ""  # the YAML file of a company's own type

    @cached_property
    def names(self) -> dict[str, str]:
        """Model attribute by key as it is written in front matter (`from` is `from_` in Python)."""
        return {info.alias or name: name for name, info in self.model.model_fields.items()}

    @cached_property
    def since(self) -> dict[str, str]:
        """Stage from which each key must be there that is needed always."""
        return {key: stage for key, stage in self._since.items() if key not in self.when}

    @cached_property
    def conditional(self) -> dict[str, tuple[str, str, str]]:
        """For each key that is needed only where another says so: the stage, the other key and its value."""
        return {key: (self._since[key], *_condition(when)) for key, when in self.when.items()}

    @cached_property
    def when(self) -> dict[str, str]:
        """The condition of each key that has one, as it is written in a document: `reportable: true`."""
        return marked(self.model, "x-when")

    @cached_property
    def after(self) -> dict[str, tuple[str, ...]]:
        """For keys that hold a day: the keys of days that cannot be later."""
        return {key: tuple(earlier.split()) for key, earlier in marked(self.model, "x-after").items()}

    @cached_property
    def at_most(self) -> dict[str, str]:
        """For keys that hold a number: the key of the number that they cannot exceed."""
        return marked(self.model, "x-at-most")

    @cached_property
    def planned(self) -> frozenset[str]:
        """Keys of days that may lie in the future."""
        return frozenset(marked(self.model, "x-planned"))

    @cached_property
    def of(self) -> dict[str, list[str]]:
        """The types that a document named by a key can have."""
        return marked(self.model, "x-of")

    @cached_property
    def _since(self) -> dict[str, str]:
        first = self.stages[0].name
        return {key: first if stage == FIRST else stage for key, stage in marked(self.model, "x-since").items()}

    @cached_property
    def personal(self) -> frozenset[str]:
        """Keys that may hold only a key into a restricted store."""
        return frozenset(marked(self.model, "x-personal"))

    @cached_property
    def refers(self) -> dict[str, str]:
        """What the value of a key names: `document`, `role`, `person` or `clause`."""
        return marked(self.model, "x-refers")

    @cached_property
    def external(self) -> tuple[str, ...]:
        """Keys that point into other systems."""
        fields = self.model.model_fields
        return tuple(key for key, name in self.names.items() if _is_external(fields[name]))

    @cached_property
    def order(self) -> dict[str, int]:
        """Position of each stage in the life of the document."""
        return {stage.name: index for index, stage in enumerate(self.stages)}

    @cached_property
    def dates(self) -> tuple[str, ...]:
        """Keys that hold a date."""
        return tuple(key for key, name in self.names.items() if _is_date(self.model.model_fields[name].annotation))


def _condition(when: str) -> tuple[str, str]:
    key, _, value = when.partition(": ")
    return key, value


def _is_external(info: Any) -> bool:
    """Whether a field holds keys of other systems, alone, in a list or not yet."""
    parts = [info.annotation, *get_args(info.annotation)]
    parts += [inner for part in parts for inner in get_args(part)]
    return ExternalKey in parts or any(mark in info.metadata for mark in get_args(ExternalKey)[1:])


def _is_date(annotation: Any) -> bool:
    """Whether a field's annotation is a date, or a date or nothing."""
    return annotation is date or any(_is_date(part) for part in getattr(annotation, "__args__", ()))
