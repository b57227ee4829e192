"""Rows of a table made elsewhere, each value with its place: CSV (RFC 4180, also with semicolons or tabs), JSON.

For people without git: a row is a document, a column is a key of its front matter or a heading of its body.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from qmsdoc.diagnostics import Location, Problem
from qmsdoc.frontmatter import BYTE_ORDER_MARK, MAX_DOCUMENT, TOO_LARGE, UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qmsdoc.drafting.text import Given

MOST_ROWS = 10_000
DELIMITERS = ",;\t"
_quoted = re.compile(r'"((?:[^"]|"")*)"[ ]*').match
_blanks = re.compile(r"\s*").match


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
    rows = list(_json(text) if name.lower().endswith(".json") else _csv(text))
    if len(rows) > MOST_ROWS:
        raise text.refusal(0, f"the file has {len(rows)} rows", f"at most {MOST_ROWS} are read at once; split it")
    return rows


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode().removeprefix(BYTE_ORDER_MARK).replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        hint = "a spreadsheet saves it as `CSV UTF-8`"
        raise NotATable(Problem(Location(name, line, column), message, hint, UNREADABLE)) from None


class _Text(NamedTuple):
    """A text with a name, in which an offset has a place."""

    text: str
    name: str

    def place(self, at: int) -> Location:
        return Location(self.name, self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at))

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
    for number, (name, at) in enumerate(header):
        if name.strip() in names[:number]:
            raise text.refusal(at, f"the column `{name.strip()}` is there twice", "keep one")
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
        if at == len(whole) or whole[at] == "\n":
            yield line
            line = []
        elif at + 1 == len(whole):  # the file ends with a delimiter
            yield line
        at += 1


def _json(text: _Text) -> Iterator[Row]:
    """The objects of a list."""
    whole = text.text
    at = _after_blanks(whole, 0)
    if whole[at : at + 1] != "[":
        raise text.refusal(at, "the file does not hold a list of objects", 'write `[{"title": "…"}, …]`')
    decoder = json.JSONDecoder(
        object_pairs_hook=_object, parse_int=str, parse_float=str, parse_constant=str, strict=True
    )
    at = _after_blanks(whole, at + 1)
    if whole[at : at + 1] == "]":
        return
    while True:
        try:
            value, end = decoder.raw_decode(whole, at)
        except (ValueError, RecursionError) as error:
            where = error.pos if isinstance(error, json.JSONDecodeError) else at
            why = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
            raise text.refusal(where, f"this is not JSON: {why[:1].lower()}{why[1:]}") from None
        if not isinstance(value, dict):
            raise text.refusal(at, "an item of the list is not an object")
        yield _row(text, value, at, end)
        at = _after_blanks(whole, end)
        if whole[at : at + 1] not in {",", "]"}:
            raise text.refusal(at, "`,` or `]` is expected here")
        if whole[at] == "]":
            break
        at = _after_blanks(whole, at + 1)
    if rest := whole[at + 1 :].strip():
        raise text.refusal(whole.index(rest, at), "text stands behind the list")


def _after_blanks(whole: str, at: int) -> int:
    found = _blanks(whole, at)
    return found.end() if found else at


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"`{next(name for name in names if names.count(name) > 1)}` is given twice in one object")
    return found


def _row(text: _Text, value: dict[str, Any], start: int, end: int) -> Row:
    cells = {}
    for name, given in value.items():
        key = re.compile(rf"(?<!\\){re.escape(json.dumps(name, ensure_ascii=False))}\s*:\s*")
        found = key.search(text.text, start, end)
        at = found.end() if found else start
        try:
            read = _value(given)
        except ValueError as error:
            raise text.refusal(at, f"the value of `{name}` {error}") from None
        if read:
            cells[name] = Cell(read, text.place(at))
    return Row(cells, text.place(start))


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
