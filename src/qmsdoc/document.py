"""From the bytes of one file to a typed document. What is wrong becomes a problem with its place."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from qmsdoc import links, tables
from qmsdoc.diagnostics import Location, Problem, Span
from qmsdoc.frontmatter import (
    TOO_LARGE,
    FrontMatter,
    Unreadable,
    decode,
    read_front_matter,
    refuse_alphabet,
    refuse_unresolved,
    second_front_matter,
)
from qmsdoc.lines import read_lines
from qmsdoc.markdown import MOST_PIECES, TooManyPieces
from qmsdoc.outline import read_outline
from qmsdoc.personal import places
from qmsdoc.places import Cursor
from qmsdoc.project import Attachment, Document, Value
from qmsdoc.prose import read_sentences
from qmsdoc.scalars import id_from_name, read_not_applicable
from qmsdoc.suggest import did_you_mean, nearest
from qmsdoc.types.kinds import Kind
from qmsdoc.types.state_keys import STATE_KEYS
from qmsdoc.validation import hint_for, in_plain_words, validate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qmsdoc.types.base import DocumentType
    from qmsdoc.types.registry import Types

_ASCII = bytes(range(128))
# The labels of QD213, which reads tables that say something of the document or of its device.
_names_itself = re.compile(
    r"\n\| *\**(?i:Document (?:ID|number|no|version|revision)|ID|Revision|Rev|Version|Effective (?:date|from)"
    r"|Valid from|In force from|(?:Basic )?UDI-DI|SRN|Single registration number|EMDN(?: code)?"
    r"|(?:Risk )?Class)[.:]?\** *\|"
).search
_EMOJI = "\ufe0f"
_stray_selector = re.compile(
    "(?<![\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u3299\U0001f000-\U0001faff])\ufe0f"
).search
_MANY = 200  # characters beyond ASCII
UNKNOWN_KEY, INVALID_VALUE, TYPED_STATE, UNKNOWN_TYPE = "QD005", "QD006", "QD008", "QD009"

# Keys by which other vocabularies say the same.
OTHER_WORDS = {
    "approved_date": "effective_from",
    "author": "owner",
    "category": "type",
    "change_summary": "change",
    "clauses": "satisfies",
    "date": "effective_from",
    "doc_id": "id",
    "doc_type": "type",
    "document_id": "id",
    "document_type": "type",
    "effective_date": "effective_from",
    "name": "title",
    "next_review": "review_every",
    "process_owner": "owner",
    "related": "references",
    "review_date": "review_every",
    "review_due": "review_every",
    "review_interval": "review_every",
    "rev": "revision",
    "version": "revision",
}

_OTHER_TYPES = {"instruction": "work-instruction", "procedure": "sop", "process": "sop", "template": "form"}


def read_document(
    path: str, raw: bytes, types: Types, attachments: tuple[Attachment, ...] = (), *, prose: bool = False
) -> tuple[Document | None, list[Problem]]:
    """Read one file; no document comes back when it has no readable front matter or no known type.

    prose: keep its sentences too.
    """
    try:
        text = decode(raw, path)
        refuse_unresolved(text, path)
        refuse_alphabet(text, path)
        front, problems = read_front_matter(text, path)
    except Unreadable as error:
        return None, [error.problem]
    problems += second_front_matter(front, path)
    document_type = _type_of(front, path, types, problems)
    if document_type is None:
        return None, problems
    reader = _Reader(path, front, document_type, problems)
    fields = reader.fields()
    # QD501 reads all cells of records and entries, QD213 those of controlled documents that name themselves.
    free = document_type.kind is Kind.CONTROLLED and not document_type.tables and not prose
    with_tables = not free or bool(_names_itself(text))
    try:
        body = read_outline(front.body, front.body_line, tables=with_tables, most=MOST_PIECES)
    except TooManyPieces:
        return None, [*problems, _too_many(path)]
    rows, said_empty, wrong = tables.read(document_type, body, path, problems)
    document = Document(
        path=path,
        id=str(fields.get("id") or id_from_name(path)),
        type=document_type,
        fields=fields,
        places=front.places,
        body=body,
        tables=rows,
        sha256=digest(text),
        not_applicable=reader.not_applicable,
        attachments=attachments,
        tables_said_empty=said_empty,
        invalid=frozenset(reader.invalid | wrong),
        characters=_beyond_ascii(text),
        lines=read_lines(text, body, front.body_line),
        sentences=read_sentences(front.body, front.body_line) if prose else (),
        targets=tuple([links.resolve(path, link.target) for link in body.links]),
        personal=() if document_type.kind is Kind.CONTROLLED else tuple(places(front.body, front.body_line)),
    )
    return document, problems


def _too_many(path: str) -> Problem:
    message = f"the body has more than {MOST_PIECES:,} lines, links, cells, marks and pieces of text between them"
    return Problem(Location(path), message, "attach a large table or list as a file", TOO_LARGE)


def _beyond_ascii(text: str) -> dict[str, Span]:
    """Each character beyond ASCII with its first place in the file; what makes a sign an emoji is part of it."""
    if text.isascii():
        return {}
    characters = set(text.encode().translate(None, _ASCII).decode())
    stray = _stray_selector(text) if _EMOJI in characters else None
    characters.discard(_EMOJI)
    if len(characters) > _MANY:
        first = dict(zip(reversed(text), range(len(text) - 1, -1, -1), strict=True))
        found = sorted((first[character], character) for character in characters)
    else:  # a search for each is faster
        found = sorted((text.index(character), character) for character in characters)
    if stray:
        found = sorted([*found, (stray.start(), _EMOJI)])
    cursor = Cursor(text)
    return {character: cursor.span(at, at + 1) for at, character in found}


def digest(text: str) -> str:
    r"""SHA-256 of a text file as UTF-8 with `\n` line ends: equal in a blob, a checkout and a zip."""
    return hashlib.sha256(text.encode()).hexdigest()


def _type_of(front: FrontMatter, path: str, types: Types, problems: list[Problem]) -> DocumentType | None:
    name = front.data.get("type")
    if name is None and "type" in front.places and "type" not in front.empty:
        return None  # its value was refused
    if isinstance(name, str) and name in types:
        return types[name]
    place = front.places.get("type")
    at = Location.at(path, place.value() if place else None)
    if isinstance(name, list):
        problems.append(Problem(at, "type: a list where one value is expected", "write `type: sop`", UNKNOWN_TYPE))
    elif name is None:
        problems.append(_untyped(front, path, types))
    else:
        hint = did_you_mean(name, types, limit=40)
        problems.append(Problem(at, f"`{name}` is not a document type", hint, UNKNOWN_TYPE))
    states = (key for key in front.data if key.lower() in STATE_KEYS)
    problems += [_typed_state(key, Location.at(path, front.places[key].key)) for key in states]
    return None


def _untyped(front: FrontMatter, path: str, types: Types) -> Problem:
    """No `type`: another vocabulary's word for it, or the file name, tells what was meant."""
    message = "the front matter does not say its `type`"
    other = next((key for key in front.data if OTHER_WORDS.get(key.lower()) == "type"), None)
    if other:
        value = str(front.data[other]).lower()
        meant = value if value in types else _OTHER_TYPES.get(value) or nearest(value, types, cutoff=0.75)
        hint = f"rename `{other}` to `type`{f' and write `{meant}`' if meant and meant != value else ''}"
        return Problem(Location.at(path, front.places[other].key), message, hint, UNKNOWN_TYPE)
    prefix = path.rpartition("/")[2].partition("-")[0]
    likely = next((name for name, known in types.items() if known.prefix == prefix), "sop")
    return Problem(Location(path), message, f"add a line such as `type: {likely}`", UNKNOWN_TYPE)


def _typed_state(key: str, place: Location) -> Problem:
    hint = "remove it: state and approval come from signed acts (`qmsdoc show ID` tells them)"
    return Problem(place, f"`{key}` is not written into a file", hint, TYPED_STATE)


class _Reader:
    """Checks the data of one front matter against its model and keeps what is right."""

    def __init__(
        self, path: str, front: FrontMatter, document_type: DocumentType, problems: list[Problem]
    ) -> None:
        self.path = path
        self.front = front
        self.type = document_type
        self.problems = problems
        self.not_applicable: dict[str, str] = {}
        self.invalid: set[str] = set()

    def report(self, code: str, message: str, place: Any, hint: str | None = None) -> None:
        self.problems.append(Problem(Location.at(self.path, place), message, hint, code))

    def fields(self) -> Mapping[str, Value]:
        """The valid fields by key; a wrong one is reported and left out."""
        refused = set(self.front.places) - self.front.data.keys() - self.front.empty
        self.invalid |= refused
        states = {key for key in refused if key.lower() in STATE_KEYS}
        for key in sorted((self.front.empty | states) - self.type.names.keys()):
            self.unknown_key(key)
        data: dict[str, Any] = self.known_keys(self.front.data)
        model = self.type.model
        while True:
            try:
                return validate(model, data)
            except ValidationError as error:
                for details in error.errors(include_url=False):
                    self.invalid_value(details)
                    data.pop(str(details["loc"][0]), None)

    def known_keys(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The keys that the type has and that hold a value; `n/a (reason)` is taken out."""
        names = self.type.names
        known = {}
        for key, value in data.items():
            if key not in names:
                self.unknown_key(key)
            elif isinstance(value, str) and value.startswith("n/a"):
                self.decided(key, value)
            else:
                known[key] = value
        return known

    def unknown_key(self, key: str) -> None:
        place = self.front.places[key].key
        if key.lower() in STATE_KEYS:
            self.problems.append(_typed_state(key, Location.at(self.path, place)))
            return
        free = [name for name in self.type.names if name not in self.front.data]
        meant = OTHER_WORDS.get(key.lower(), "")
        meant = meant if meant in free else nearest(key, free)
        self.invalid.add(meant)
        hint = f"did you mean `{meant}`?" if meant else f"known: {', '.join(self.type.names)}"
        self.report(UNKNOWN_KEY, f"`{key}` is not a key of {self.type.name}", place, hint)

    def decided(self, key: str, value: str) -> None:
        """Keep the reason of `n/a (reason)`; what identifies a document can never be not applicable."""
        place = self.front.places[key].value()
        try:
            reason = read_not_applicable(value)
        except ValueError as error:
            self.invalid.add(key)
            self.report(INVALID_VALUE, f"{key}: {error}", place)
            return
        if self.type.since.get(key) == self.type.stages[0].name or reason is None:
            self.invalid.add(key)
            self.report(INVALID_VALUE, f"{key}: this cannot be `n/a`", place)
            return
        self.not_applicable[key] = reason

    def invalid_value(self, details: Any) -> None:
        key, *rest = details["loc"]
        item = rest[0] if rest and isinstance(rest[0], int) else None
        span = self.front.places[key].value(item)
        self.invalid.add(str(key))
        self.report(INVALID_VALUE, f"{key}: {in_plain_words(details)}", span, hint_for(details))
