"""Front matter: bytes to flat data with a place for every key, value and list item.

Strict YAML, read from libyaml's events: scalars stay the strings that were written, and what would change
meaning in silence (duplicate keys, aliases, tags, nested maps) is a problem. See scalars.py for the values.
"""

from __future__ import annotations

import re
import sys
from typing import Any, NamedTuple

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from qmsdoc import yaml_errors
from qmsdoc.diagnostics import KeyPlaces, Location, Problem

try:
    from yaml._yaml import CParser as _Parser
except ImportError:  # PyYAML built without libyaml

    class _Parser(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):  # type: ignore[no-redef]
        """The pure Python parser with the same events."""

        def __init__(self, text: str) -> None:
            yaml.reader.Reader.__init__(self, text)
            yaml.scanner.Scanner.__init__(self)
            yaml.parser.Parser.__init__(self)


FENCE = "---"
MAX_FRONT_MATTER = 64 * 1024  # bytes
MAX_DOCUMENT = 5 * 1024 * 1024  # bytes
MOST_CHARACTERS = 20_000
MOST_DEPTH = 4_000  # brackets that are open
BYTE_ORDER_MARK = "\ufeff"

POINTER = "version https://git-lfs.github.com/spec/v1\n"  # the first line of a file that Git LFS holds elsewhere
UNFETCHED, UNRESOLVED = "QD022", "QD023"
UNREADABLE, NO_FENCE, BAD_YAML, DUPLICATE = "QD001", "QD002", yaml_errors.CODE, "QD004"
NESTED, TOO_LARGE, BOM = "QD015", "QD016", "QD018"

Raw = str | list[str]

_late = re.compile(r"^---\n(?:[ \t]*\n)*[A-Za-z_]\w*:", re.MULTILINE).search  # a rule between paragraphs is none
_no_blank = re.compile(r"(\w+):(?=\S)").match
_blocks_of_keys = re.compile(r"^---\n((?:[a-z_]+:.*\n)++)(?=---$)", re.MULTILINE).finditer
_id_line = re.compile(r"^id: ?[A-Z][A-Z0-9]+-", re.MULTILINE).search
_bracket = re.compile(r"[][{}]").finditer
_other_line_end = re.compile("[\r\x85\u2028\u2029]").search


class FrontMatter(NamedTuple):
    """The data of a front matter, where each key stands, where the body begins, and the keys without a value."""

    data: dict[str, Raw]
    places: KeyPlaces
    body: str
    body_line: int
    empty: frozenset[str] = frozenset()


class Unreadable(Exception):
    """The file cannot be taken as a document at all; carries the one problem that says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def decode(raw: bytes, path: str) -> str:
    r"""Bytes to text with `\n` line ends; raises Unreadable for broken UTF-8, with its place."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode()
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8"
        raise Unreadable(
            Problem(Location(path, line, column, column + 1), message, "save the file as UTF-8", UNREADABLE)
        ) from None
    return text.replace("\r\n", "\n") if "\r" in text else text


def refuse_unresolved(text: str, path: str) -> None:
    """Raise Unreadable where git left both sides of a merge in a file."""
    if "<<<<<<< " not in text:
        return
    lines = f"\n{text}"
    opened = lines.find("\n<<<<<<< ")
    parted = lines.find("\n=======\n", opened) if opened >= 0 else -1
    if parted >= 0 and lines.find("\n>>>>>>> ", parted) >= 0:
        place = Location(path, text.count("\n", 0, opened) + 1)
        message = "git left both sides of a merge here, and nobody decided between them"
        hint = "keep what is right, and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`"
        raise Unreadable(Problem(place, message, hint, UNRESOLVED))


def refuse_alphabet(text: str, path: str) -> None:
    """Raise Unreadable for a text of more characters than any language writes with."""
    if len(text) > MOST_CHARACTERS and len(set(text)) > MOST_CHARACTERS:
        message = f"the file has more than {MOST_CHARACTERS:,} different characters, as no text has"
        raise Unreadable(Problem(Location(path), message, "attach it as a file", TOO_LARGE))


def second_front_matter(front: FrontMatter, path: str) -> list[Problem]:
    """What was pasted behind a document with its own front matter, which nobody reads."""
    if "---\n" not in front.body:
        return []
    blocks = ((block.start(1), _id_line(block[1])) for block in _blocks_of_keys(front.body))
    at = next((start + found.start() for start, found in blocks if found), -1)
    if at < 0:
        return []
    line = front.body_line + front.body.count("\n", 0, at)
    message = "a second front matter stands in the body, and nobody reads it"
    return [Problem(Location(path, line), message, "make a file of its own of what follows", NESTED)]


def split(text: str, path: str) -> tuple[str, str, int]:
    """Split a file into front matter, body, and the line on which the body begins (from 1)."""

    def refuse(message: str, hint: str, code: str = NO_FENCE, line: int = 1) -> Unreadable:
        return Unreadable(Problem(Location(path, line), message, hint, code))

    if text.startswith(BYTE_ORDER_MARK):
        raise refuse("the file begins with a byte order mark", "save the file as UTF-8 without BOM", BOM)
    if not text.strip():
        raise refuse("the file is empty", "begin it with `qmsdoc new TYPE`, or delete it")
    if text.startswith(POINTER):
        raise refuse(
            "this is a pointer of Git LFS, and the file is not there", "fetch it: `git lfs pull`", UNFETCHED
        )
    if not text.startswith("---\n"):
        if _late("\n".join(text.split("\n", 20)[:20])):
            raise refuse("text stands before the front matter", "put `---` on the first line")
        raise refuse("no front matter", "begin the file with `---`, `id:` and `type:` lines, and `---`")
    end = text.find("\n---\n", 3)
    if end < 0 and text.endswith("\n---"):
        end = len(text) - 4
    if end < 0:
        raise refuse("the front matter has no closing `---`", "put `---` on a line of its own after the last key")
    front = text[4 : end + 1]
    if len(front.encode()) > MAX_FRONT_MATTER:
        raise refuse("the front matter is longer than 64 KiB", "put long text in the body", TOO_LARGE)
    return front, text[end + 5 :], front.count("\n") + 3


def read_front_matter(text: str, path: str) -> tuple[FrontMatter, list[Problem]]:
    """Read the front matter of a document's text; raises Unreadable when there is none to read."""
    front, body, body_line = split(text, path)
    if odd := _other_line_end(front):  # libyaml would count a line more than every editor
        place = yaml_errors.place(path, front, odd.start())
        raise Unreadable(Problem(place, "a line end that is no line feed", "remove it", BAD_YAML))
    refuse_depth(front, path)
    reader = _Reader(path, front)
    try:
        reader.read()
    except yaml.YAMLError as error:
        raise Unreadable(yaml_errors.in_plain_words(error, path, front)) from None
    return FrontMatter(
        reader.data, KeyPlaces(reader.places), body, body_line, frozenset(reader.empty)
    ), reader.problems


def refuse_depth(front: str, path: str) -> None:
    """Raise Unreadable for brackets within brackets, of which libyaml looks at each for every other one."""
    if front.count("[") + front.count("{") <= MOST_DEPTH:
        return
    depth = 0
    for bracket in _bracket(front):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MOST_DEPTH:
            message = "lists and maps within each other; front matter is flat"
            where = yaml_errors.place(path, front, bracket.start())
            raise Unreadable(Problem(where, message, "use a table in the body", NESTED))


def _span(event: Any) -> tuple[int, int, int]:
    """The numbers of a span: the place of an event in the file; the front matter begins on line 2."""
    start, end = event.start_mark, event.end_mark
    line = start.line
    return line + 2, start.column + 1, end.column + 1 if end.line == line else 0


class _Reader:
    """Builds flat data from parser events without keeping a node tree."""

    def __init__(self, path: str, front: str) -> None:
        self.path = path
        self.next = _Parser(front).get_event
        self.data: dict[str, Raw] = {}
        self.places: dict[str, tuple[int, ...]] = {}  # see KeyPlaces
        self.empty: set[str] = set()
        self.problems: list[Problem] = []

    def report(self, event: Any, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(Location(self.path, *_span(event)), message, hint, code))

    def read(self) -> None:
        self.next()  # the stream begins
        event = self.next()
        if isinstance(event, StreamEndEvent):
            return
        event = self.next()
        if type(event) is not MappingStartEvent:
            close = _no_blank(getattr(event, "value", None) or "")
            message = "the front matter is not made of `key: value` lines"
            hint = f"write a blank after the colon: `{close[1]}: …`" if close else "write `id: SOP-001`"
            raise Unreadable(Problem(Location(self.path, *_span(event)), message, hint, BAD_YAML))
        while type(key := self.next()) is not MappingEndEvent:
            self.pair(key)
        self.next()  # the document ends
        if type(event := self.next()) is DocumentStartEvent:
            self.report(event, NESTED, "the front matter holds a second YAML document", "remove the line `...`")

    def pair(self, key: Any) -> None:
        if type(key) is not ScalarEvent:
            self.report(key, NESTED, "a key is a list, a map or an alias", "write keys as plain words")
            self.skip(key)
            self.skip(self.next())
            return
        name, span, before = sys.intern(key.value), _span(key), len(self.problems)  # thousands have the same keys
        value, spans = self.value(self.next(), name)
        if name in self.data or name in self.places:
            first = self.places[name][0]
            self.report(key, DUPLICATE, f"`{name}` is given twice", f"first given on line {first}; keep one")
            return
        self.places[name] = span + spans
        if value is not None:
            self.data[name] = value
        elif len(self.problems) == before:
            self.empty.add(name)

    def value(self, event: Any, name: str) -> tuple[Raw | None, tuple[int, ...]]:
        """A value with the numbers of its span and of its items' spans; None when it is empty or not flat."""
        kind = type(event)
        if kind is ScalarEvent and self.is_plain(event):
            text: str = event.value
            return (text if text or event.style else None), _span(event)
        if kind is SequenceStartEvent and self.is_plain(event):
            return self.sequence(event, name)
        if kind is MappingStartEvent:
            self.report(
                event, NESTED, f"`{name}` is a nested map; front matter is flat", "use a table in the body"
            )
        span = _span(event)
        self.skip(event)
        return None, span

    def sequence(self, start: Any, name: str) -> tuple[Raw, tuple[int, ...]]:
        values: list[str] = []
        spans = [*_span(start)]
        while type(event := self.next()) is not SequenceEndEvent:
            if type(event) is ScalarEvent and self.is_plain(event):
                values.append(event.value)
                spans += _span(event)
                continue
            if type(event) in {MappingStartEvent, SequenceStartEvent}:
                self.report(
                    event, NESTED, f"an item of `{name}` is itself a list or a map; front matter is flat",
                    "quote an item that holds `: `; use a table in the body for what has columns",
                )  # fmt: skip
            self.skip(event)
        return values, tuple(spans)

    def is_plain(self, event: Any) -> bool:
        """Refuse what makes a value mean something else than it says."""
        if event.anchor or event.tag:
            what = "an anchor (`&`)" if event.anchor else "a tag (`!`)"
            self.report(event, NESTED, f"{what} is not allowed in front matter", "put the value in quotes")
            return False
        return True

    def skip(self, event: Any) -> None:
        """Pass over an alias or a nested structure, however deep, without recursion."""
        if type(event) is AliasEvent:
            self.report(event, NESTED, "an alias (`*`) is not allowed in front matter", "put the value in quotes")
        depth = type(event) in {MappingStartEvent, SequenceStartEvent}
        level = int(depth)
        while level:
            kind = type(self.next())
            level += kind in {MappingStartEvent, SequenceStartEvent}
            level -= kind in {MappingEndEvent, SequenceEndEvent}
