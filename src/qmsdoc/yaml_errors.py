"""What libyaml says of a mistake, in words for somebody who writes an SOP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Location, Problem

if TYPE_CHECKING:
    import yaml

CODE = "QD003"

# A part of the message, what it means, and how to mend it.
_PLAIN_WORDS = (
    (
        "mapping values are not allowed",
        "a colon and a space inside an unquoted value",
        'put the value in quotes: `title: "Training: the basics"`',
    ),
    (
        "found character that cannot start any token",
        "a value begins with a character that YAML reserves",
        "put the value in quotes",
    ),
    (
        "did not find expected ',' or ']'",
        "a list that is opened with `[` has an item without a comma, or no `]`",
        "write it as `[SOP-001, SOP-002]`",
    ),
    (
        "did not find expected ',' or '}'",
        "a `{` opens a nested map, which front matter does not have",
        "put the value in quotes",
    ),
    ("found unexpected end of stream", "a quotation mark is opened and not closed", "close it on the same line"),
    (
        "could not find expected ':'",
        "a line that is not `key: value`",
        "write a blank after the colon; long text goes in the body",
    ),
    (
        "did not find expected key",
        "the text goes on after the value has ended, or a line is indented differently",
        "quote the whole value; begin each key at the start of its line",
    ),
    (
        "did not find expected alphabetic or numeric character",
        "a value begins with `*` or `&`",
        "put the value in quotes",
    ),
    ("found undefined tag handle", "a value begins with `!`", "put the value in quotes"),
    ("found unknown escape character", "a backslash in double quotes", "use single quotes"),
    (
        "did not find expected <document start>",
        "lines are indented differently",
        "begin each key at the start of its line",
    ),
    (
        "block sequence entries are not allowed",
        "a `-` where a value is expected",
        "put the list on the lines below its key",
    ),
)


def place(path: str, front: str, position: int) -> Location:
    """The line and column of a position in a front matter, which begins on line 2 of its file."""
    before = front[:position]
    return Location(path, before.count("\n") + 2, position - before.rfind("\n"))


def in_plain_words(error: yaml.YAMLError, path: str, front: str) -> Problem:
    """Say what is wrong in the author's words, at the line where it is."""
    said = str(getattr(error, "problem", None) or error).strip()
    mark = getattr(error, "problem_mark", None)
    if any(opened in said for opened in ("',' or", "unexpected end of stream", "expected ':'")):
        mark = getattr(error, "context_mark", None) or mark  # where it was opened says more than where it ended
    lines = front.split("\n")
    if mark is None:  # a character that YAML never allows
        position = getattr(error, "position", 0)
        where = place(path, front, position if isinstance(position, int) else 0)
        return Problem(where, "a control character", "remove it", CODE)
    line, column = mark.line, mark.column
    if line >= len(lines) or (not lines[line].strip() and line):
        line, column = max(i for i in range(len(lines)) if lines[i].strip() or not i), 0
    text = lines[line]
    if "\t" in text[: column + 1] or (column < len(text) and text[column] == "\t"):
        tab = text.index("\t")
        return Problem(Location(path, line + 2, tab + 1, tab + 2), "a tab; YAML wants spaces", "use spaces", CODE)
    context = getattr(error, "context", None) or ""
    for needle, message, hint in _PLAIN_WORDS:
        if needle in said:
            return Problem(Location(path, line + 2, column + 1, column + 2), message, hint, CODE)
    message = f"this is not YAML: {' '.join(filter(None, (context, said)))}"
    return Problem(Location(path, line + 2, column + 1), message, "put the value in quotes", CODE)
