"""Rows of a table made elsewhere, each value with its place: CSV (RFC 4180, also with semicolons or tabs), JSON.

For people without git: a row is a document, a column is a key of its front matter or a heading of its body.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from qmsdoc.diagnostics import Location, Problem
from qmsdoc.frontmatter import BYTE_ORDER_MARK, MAX_DOCUMENT, TOO_LARGE, UNREADABLE
from qmsdoc.places import Cursor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qmsdoc.drafting.text import Given

MOST_ROWS = 10_000
MOST_COLUMNS = 1_000
DELIMITERS = ",;\t"
_quoted = re.compile(r'"([^"]*+(?:""[^"]*+)*+)"[ ]*').match
_blanks = re.compile(r"[ \t\n\r]*").match


class Cell(NamedTuple):
    """A value and where it stands."""

    value: Given
    place: Location


class Row(NamedTuple):
    """The cells of one row by the name of their column; empty cells are left out."""

    cells: Mapping[str, Cell]
    place: Location


class NotATable(Exception):
    """A file that cannot be read as a table; carries the problem that says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read_rows(data: bytes, name: str) -> list[Row]:
    """The rows of a file, CSV or, where its name ends so, JSON; raises NotATable.

    name: what places call the file.
    """
    if len(data) > MAX_DOCUMENT:
        message = f"the file is larger than {MAX_DOCUMENT // 2**20} MiB"
        raise NotATable(Problem(Location(name), message, "split it", TOO_LARGE))
    text = _Text(_decoded(data, name), name)
    rows = _json(text) if name.lower().endswith(".json") else _csv(text)
    found = list(islice(rows, MOST_ROWS))
    if more := next(rows, None):
        hint = f"at most {MOST_ROWS} are read at once; split it"
        raise NotATable(Problem(more.place, f"the file has more than {MOST_ROWS} rows", hint, UNREADABLE))
    return found


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode().removeprefix(BYTE_ORDER_MARK).replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        hint = "a spreadsheet saves it as `CSV UTF-8`"
        raise NotATable(Problem(Location(name, line, column), message, hint, UNREADABLE)) from None


class _Text:
    """A text with a name, in which an offset has a place."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self._cursor = Cursor(text)

    def place(self, at: int) -> Location:
        span = self._cursor.span(at, at)
        return Location(self.name, span.line, span.column)

    def refusal(self, at: int, message: str, hint: str = "") -> NotATable:
        return NotATable(Problem(self.place(at), message, hint or None, UNREADABLE))


def _csv(text: _Text) -> Iterator[Row]:
    """The rows below the header."""
    first = text.text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    lines = _lines(text, delimiter)
    header = next(lines, [])
    names = [cell.strip() for cell, _ in header]
    if not any(names):
        raise text.refusal(0, "the first line names no columns", "it holds keys such as `title` and `opened`")
    seen: set[str] = set()
    for name, (_, at) in zip(names, header, strict=True):
        if name in seen:
            raise text.refusal(at, f"the column `{name}` is there twice", "keep one")
        seen.add(name)
    for line in lines:
        filled = [(value.strip(), at) for value, at in line]
        if not any(value for value, _ in filled):
            continue
        if beyond := next(((value, at) for value, at in filled[len(names) :] if value), None):
            hint = f"a value that holds `{delimiter}` stands between double quotes"
            raise text.refusal(beyond[1], f"`{beyond[0]}` stands beyond the last column", hint)
        cells = {}
        for name, (value, at) in zip(names, filled, strict=False):
            if value and not name:
                raise text.refusal(at, f"`{value}` stands in a column without a name", "name the column")
            if value:
                cells[name] = Cell(value, text.place(at))
        yield Row(cells, text.place(line[0][1]))


def _lines(text: _Text, delimiter: str) -> Iterator[list[tuple[str, int]]]:
    """The cells of each line with their offsets; the csv module of Python does not tell where a cell stands."""
    whole = text.text
    plain = re.compile(rf"[^{re.escape(delimiter)}\n]*").match
    empty = re.compile(rf"(?:[ {re.escape(delimiter)}]*+\n)++").match  # some programs write a million such lines
    at, line = 0, []
    while at < len(whole):
        start = at
        if whole[at] == '"':
            found = _quoted(whole, at)
            if not found:
                raise text.refusal(at, "a double quote is opened here and never closed")
            value, at = found[1].replace('""', '"'), found.end()
            if at < len(whole) and whole[at] not in f"{delimiter}\n":
                hint = "a double quote within quotes is written twice"
                raise text.refusal(at, "text stands behind the closing double quote", hint)
        else:
            found = plain(whole, at)
            assert found  # it matches the empty text
            value, at = found[0], found.end()
        line.append((value, start))
        if len(line) > MOST_COLUMNS:
            raise text.refusal(start, f"the line has more than {MOST_COLUMNS} columns")
        if at == len(whole) or whole[at] == "\n":
            yield line
            line = []
            if skipped := empty(whole, at + 1):
                at = skipped.end() - 1
        elif at + 1 == len(whole):  # the file ends with a delimiter
            yield line
        at += 1


def _json(text: _Text) -> Iterator[Row]:
    """The objects of a list."""
    whole = text.text
    at = _after_blanks(whole, 0)
    if whole[at : at + 1] != "[":
        raise text.refusal(at, "the file does not hold a list of objects", 'write `[{"title": "…"}, …]`')
    at = _after_blanks(whole, at + 1)
    if whole[at : at + 1] == "]":
        return
    while True:
        try:
            if whole[at : at + 1] != "{":
                _decoder.raw_decode(whole, at)
                raise text.refusal(at, "an item of the list is not an object")
            cells, end = _object(text, at)
        except (ValueError, RecursionError) as error:
            where = error.pos if isinstance(error, json.JSONDecodeError) else at
            why = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
            raise text.refusal(where, f"this is not JSON: {why[:1].lower()}{why[1:]}") from None
        yield Row(cells, text.place(at))
        at = _after_blanks(whole, end)
        if whole[at : at + 1] not in {",", "]"}:
            raise text.refusal(at, "`,` or `]` is expected here")
        if whole[at] == "]":
            break
        at = _after_blanks(whole, at + 1)
    if whole[at + 1 :].strip():
        raise text.refusal(_after_blanks(whole, at + 1), "text stands behind the list")


def _after_blanks(whole: str, at: int) -> int:
    found = _blanks(whole, at)
    return found.end() if found else at


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise ValueError(f"`{name}` is given twice in one object")
        seen.add(name)
    return dict(pairs)


_decoder = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=str, parse_float=str, parse_constant=str, strict=True
)


def _object(text: _Text, start: int) -> tuple[dict[str, Cell], int]:
    """The cells of the object that begins at an offset, and where it ends; the json module tells no places."""
    whole, at = text.text, _after_blanks(text.text, start + 1)
    cells: dict[str, Cell] = {}
    names: set[str] = set()
    if whole[at : at + 1] == "}":
        return cells, at + 1
    while True:
        if whole[at : at + 1] != '"':
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", whole, at)
        name, at = json.decoder.scanstring(whole, at + 1, True)  # type: ignore[attr-defined]
        at = _after_blanks(whole, at)
        if whole[at : at + 1] != ":":
            raise json.JSONDecodeError("Expecting ':' delimiter", whole, at)
        at = _after_blanks(whole, at + 1)
        if name in names:
            raise ValueError(f"`{name}` is given twice in one object")
        if len(names) == MOST_COLUMNS:
            raise text.refusal(at, f"the object has more than {MOST_COLUMNS} keys")
        names.add(name)
        given, end = _decoder.raw_decode(whole, at)
        if read := _read(text, name, given, at):
            cells[name] = Cell(read, text.place(at))
        at = _after_blanks(whole, end)
        if whole[at : at + 1] == "}":
            return cells, at + 1
        if whole[at : at + 1] != ",":
            raise json.JSONDecodeError("Expecting ',' delimiter", whole, at)
        at = _after_blanks(whole, at + 1)


def _read(text: _Text, name: str, given: Any, at: int) -> Given:
    try:
        return _value(given)
    except ValueError as error:
        raise text.refusal(at, f"the value of `{name}` {error}") from None


def _value(given: Any) -> Given:
    """A value as text; raises ValueError with what it is otherwise."""
    if not isinstance(given, list):
        return _scalar(given)
    if given and all(isinstance(item, dict) for item in given):
        return [{str(key): _scalar(cell) for key, cell in item.items()} for item in given]
    return [_scalar(item) for item in given]


def _scalar(given: Any) -> str:
    if given is None:
        return ""
    if isinstance(given, bool):
        return str(given).lower()
    if not isinstance(given, str):  # numbers stay as they are written
        raise ValueError("is nested; it can be a text, a list of texts, or a list of rows")  # noqa: TRY004 - told with its place
    if not given.isascii() and any("\ud800" <= character <= "\udfff" for character in given):
        raise ValueError("holds half of a character")
    return given.strip()
