"""The project as data: documents, revisions, acts and their indexes. Nothing here reads a disk or a clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.diagnostics import Location, Span
from qmsdoc.scalars import folded, id_from_name
from qmsdoc.trust.act import in_order
from qmsdoc.trust.state import Trust

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qmsdoc.config import Config
    from qmsdoc.diagnostics import KeyPlaces
    from qmsdoc.frameworks import Catalogs
    from qmsdoc.links import Target
    from qmsdoc.markdown import Body, Link
    from qmsdoc.prose import Sentence
    from qmsdoc.trust.act import Act
    from qmsdoc.trust.checkpoint import Checkpoint
    from qmsdoc.trust.people import People
    from qmsdoc.types.base import DocumentType
    from qmsdoc.types.registry import Types

Value = str | int | bool | date | tuple[str, ...] | None


class Row(NamedTuple):
    """One typed row of a declared table, by field name; `settled` cells are wrong or decided as n/a."""

    values: Mapping[str, Value]
    spans: Mapping[str, Span]
    settled: frozenset[str] = frozenset()


class Attachment(NamedTuple):
    """A file in the folder beside a document named by the document's id."""

    path: str
    size: int
    is_pointer: bool = False  # of Git LFS, whose content is not there


class Lines(NamedTuple):
    """What only the lines of a document show (see lines.py), each with its place."""

    placeholders: tuple[tuple[str, Span], ...] = ()  # what was left for later: `TBD`, guidance of a form
    open_fences: tuple[Span, ...] = ()
    lost: tuple[tuple[str, Span], ...] = ()  # cells and tables that no reader shows
    foreign: tuple[tuple[str, Span], ...] = ()  # markup of other dialects
    cited: tuple[tuple[str, Span], ...] = ()  # clauses that paragraphs cite: `ISO 13485 8.2.2`
    dated: tuple[tuple[str, Span], ...] = ()  # days with which lines begin: `2026-03-02: answered`
    waivers: tuple[tuple[str, Span, int], ...] = ()  # in comments, with the last line to which they apply


_NO_LINES = Lines()


@dataclass(frozen=True, slots=True)
class Document:
    """One Markdown file with front matter, typed. Only `path`, `id` and `type` are sure to be there.

    `fields` holds what was present and valid; what was present and wrong is a diagnostic and absent here.
    The body's text is not kept: pages read it again, `sha256` says whether it is still the same.
    """

    path: str
    id: str
    type: DocumentType
    fields: Mapping[str, Value]
    places: KeyPlaces
    body: Body
    tables: Mapping[str, tuple[Row, ...]]
    sha256: str
    not_applicable: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    tables_said_empty: frozenset[str] = frozenset()
    invalid: frozenset[str] = frozenset()  # keys and tables that were present but wrong
    characters: Mapping[str, Span] = field(default_factory=dict)  # first place of each character beyond ASCII
    personal: tuple[tuple[str, Span], ...] = ()  # of a record's body: what looks like data of a person
    lines: Lines = _NO_LINES
    sentences: tuple[Sentence, ...] = ()  # read only where a rule about prose runs
    targets: tuple[Target | None, ...] = ()  # what each link of the body leads to (see links.resolve)
    attached: tuple[tuple[str, str], ...] = ()  # name and SHA-256 of each attachment; read only where acts exist

    @property
    def title(self) -> str:
        """The title, or the id where the title is missing."""
        return self.text("title") or self.id

    @property
    def folder(self) -> str:
        """The folder beside the document, named by its id, that holds its attachments."""
        return f"{self.path.rpartition('/')[0]}/{self.id}"

    @property
    def links(self) -> Iterator[tuple[Link, Target | None]]:
        """The links of the body, each with what it leads to; None for the world outside."""
        return zip(self.body.links, self.targets, strict=True)

    @property
    def revision(self) -> int:
        """The revision; 0 for records and entries, which have none."""
        value = self.fields.get("revision")
        return value if isinstance(value, int) else 0

    @property
    def stage(self) -> int:
        """The furthest stage of its type that a date in the document reaches, as a position."""
        reached = (
            i for i, stage in enumerate(self.type.stages) if stage.reached_by and self.date(stage.reached_by)
        )
        return max(reached, default=0)

    def text(self, name: str) -> str:
        """A text field, empty when absent."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def says(self, name: str, value: str) -> bool:
        """Whether a key holds a value, as it is written in a document: `true`, `approved`."""
        given = self.fields.get(name)
        return str(given).lower() == value if isinstance(given, bool) else given == value

    def number(self, name: str) -> int | None:
        """A whole-number field."""
        value = self.fields.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def date(self, name: str) -> date | None:
        """A date field."""
        value = self.fields.get(name)
        return value if isinstance(value, date) else None

    def items(self, name: str) -> tuple[str, ...]:
        """A list field, empty when absent."""
        value = self.fields.get(name)
        return value if isinstance(value, tuple) else ()

    def items_with_places(self, name: str) -> Iterator[tuple[str, Location]]:
        """The items of a list field, each with its own place; a single value counts as one item."""
        value = self.fields.get(name)
        if isinstance(value, str):
            yield value, self.at(name)
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                yield item, self.at(name, index)

    def named(self, what: str) -> Iterator[tuple[str, Location]]:
        """Every value that names a `document`, `role`, `person` or `clause`, in fields and in tables."""
        for key, kind in self.type.refers.items():
            if kind == what:
                yield from self.items_with_places(key)
        for table in self.type.tables:
            for column, kind in table.refers.items():
                if kind == what:
                    for row in self.tables.get(table.field, ()):
                        if isinstance(value := row.values.get(column), str):
                            yield value, self.within(row.spans[column])

    def named_with_types(self) -> Iterator[tuple[str, Location, Sequence[str]]]:
        """Every id in a key or column that can name documents of some types only, with these types."""
        for key, types in self.type.of.items():
            for value, place in self.items_with_places(key):
                yield value, place, types
        for table in self.type.tables:
            for column, types in table.of.items():
                for row in self.tables.get(table.field, ()):
                    if isinstance(cell := row.values.get(column), str):
                        yield cell, self.within(row.spans[column]), types

    def has(self, name: str) -> bool:
        """Whether a field or table was given, rightly or wrongly, or decided as not applicable."""
        return (
            self.fields.get(name) is not None
            or name in self.tables
            or name in self.not_applicable
            or name in self.invalid
        )

    def at(self, name: str = "", item: int | None = None) -> Location:
        """The place of a key's value or of one of its items; without a name, the file's first line."""
        place = self.places.get(name)
        return Location.at(self.path, place.value(item) if place else None)

    def at_key(self, name: str) -> Location:
        """The place of a key itself."""
        place = self.places.get(name)
        return Location.at(self.path, place.key if place else None)

    def at_heading(self, heading: str) -> Location:
        """The place of a heading, whatever its case; without it, that of the type, which asks for it."""
        found = next((each for each in self.body.headings if folded(each.text) == folded(heading)), None)
        return Location.at(self.path, found.span) if found else self.at("type")

    def within(self, span: Span) -> Location:
        """A place in the body."""
        return Location.at(self.path, span)


@dataclass(frozen=True)
class Project:
    """Everything that was read. `documents` is the working tree, `copies` are approved copies of revisions."""

    config: Config
    people: People
    catalogs: Catalogs
    types: Types
    documents: Sequence[Document] = ()
    copies: Mapping[tuple[str, int], Document] = field(default_factory=dict)
    acts: Sequence[Act] = ()  # verified
    trust: Trust = field(default_factory=Trust)
    checkpoints: Sequence[Checkpoint] = ()
    anchored: bool = False  # something outside the repository confirms its trust states
    files: frozenset[str] = frozenset()  # every file that a link may name, POSIX, relative to the root
    unread: frozenset[str] = frozenset()  # paths of documents that could not be read

    @cached_property
    def by_id(self) -> Mapping[str, Document]:
        """Documents of the working tree by id; of duplicates the one with an id, a fitting name, the first."""
        found: dict[str, Document] = {}
        for document in sorted(self.documents, key=lambda d: ("id" not in d.fields, id_from_name(d.path) != d.id)):
            found.setdefault(document.id, document)
        return found

    @cached_property
    def known_ids(self) -> frozenset[str]:
        """Ids of documents, and those that the names of unreadable or misnamed files claim."""
        return frozenset(self.by_id) | {id_from_name(path) for path in (*self.by_path, *self.unread)}

    @cached_property
    def by_path(self) -> Mapping[str, Document]:
        """Documents of the working tree by path."""
        return {document.path: document for document in self.documents}

    @cached_property
    def by_type(self) -> Mapping[str, Sequence[Document]]:
        """Documents of the working tree by the name of their type, in the order of ids."""
        found: dict[str, list[Document]] = {}
        for document_id in sorted(self.by_id):
            document = self.by_id[document_id]
            found.setdefault(document.type.name, []).append(document)
        return found

    @cached_property
    def revisions(self) -> Mapping[tuple[str, int], Document]:
        """Every known revision: approved copies, and the working tree where no copy exists.

        A copy counts only where somebody signed exactly its bytes; a file alone proves nothing.
        """
        signed = {(act.id, act.revision, act.sha256, act.files) for act in self.acts}
        copies = {key: copy for key, copy in self.copies.items() if (*key, copy.sha256, copy.attached) in signed}
        return {(d.id, d.revision): d for d in self.by_id.values()} | copies

    @cached_property
    def acts_by_id(self) -> Mapping[str, Sequence[Act]]:
        """Acts by document id, oldest first."""
        found: dict[str, list[Act]] = {}
        for act in in_order(self.acts):
            found.setdefault(act.id, []).append(act)
        return found
