"""What was left for later in a text: `TBD`, a field of a template, a prompt such as `[Describe the process]`."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

# Most documents hold none of these words; a rare character of each is found in a tenth of the time.
_LITERALS = {
    "T": ("TBD", "TBC", "TODO"),
    "X": ("FIXME", "XXX"),
    "?": ("???",),
    "{": ("{{", "{%"),
    "<": ("<%",),
    ">": ("> Guidance:",),
    "i": ("orem ipsum",),
}
_word = re.compile(
    r"\b(?:TBD|TBC|TODO|FIXME|XXX)\b|(?<!\?)\?{3}(?!\?)|[Ll]orem ipsum"
    r"|(?<=^> )Guidance:|(?<!\$)\{\{ ?[\w.]+ ?\}\}|\{%[^%\n]{1,200}%\}|<%[^%\n]{1,200}%>",
    re.MULTILINE,
).finditer
# Words with which a template tells its user what to write. Buttons of a program are called `[Add user]`, so the
# words of the second line need a longer text; `[List of records]` names something.
_prompt = re.compile(
    r"\[(?<![\]!\w]\[)(?:"
    r"(?i:describe|explain|identify|justify|provide|specify|state|summari[sz]e) (?!of\b)[^][\n]+"
    r"|(?i:add|define|enter|fill in|insert|list|replace|write) (?!of\b)[^][\s]+(?: [^][\s]+){2,}"
    r"|(?i:to be) [^][\n]+|(?:DD|YYYY)[-/.]MM[-/.](?:YYYY|DD))\](?![\[(:\w-])"
).finditer
# What stands in quotation marks is spoken of: documents have the prefix "SOP XXX".
_opened = re.compile(r"(?<!\w)[\"'\u201c\u201e\u2018\u201a](?!\s)[^\"'\u201c-\u201f\n]{0,20}\Z").search
_closed = re.compile(r"[^\"'\u201c-\u201f\n]{0,20}[\"'\u201c\u201d\u2018\u2019](?!\w)").match
_ticks = re.compile("`+").findall
_MOST = 100_000  # matches that are looked at; a document is full of them long before
_REACH = 22  # characters before a word in which `_opened` looks


def holds(text: str, words: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a text holds one of many words, which stand by a character that they have and few texts hold."""
    return any(word in text for mark, some in words.items() if mark in text for word in some)


def find(text: str, body_line: int, code: Collection[int]) -> Iterator[tuple[str, Span]]:
    """Each such text with its place, once a line; not in lines of code, nor in quotation marks of the body."""
    found = list(islice(_word(text), _MOST)) if holds(text, _LITERALS) else []
    if "[" in text:
        found = sorted([*found, *islice(_prompt(text), _MOST)], key=re.Match.start)
    line, begins, ticks, at = 1, 0, 0, 0
    seen: set[tuple[int, str]] = set()
    for match in found:
        start = match.start()
        line += text.count("\n", at, start)
        if (end := text.rfind("\n", at, start)) >= 0:
            begins, ticks, at = end + 1, 0, end + 1
        ticks += len(_ticks(text, at, start))
        at = start
        spoken_of = line >= body_line and (ticks % 2 or _is_quoted(text, match))
        if line in code or spoken_of or (line, match[0]) in seen:
            continue
        seen.add((line, match[0]))
        column = start - begins + 1
        yield match[0], Span(line, column, column + len(match[0]))


def _is_quoted(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - _REACH) : match.start()]
    return _opened(before) is not None and _closed(text, match.end()) is not None
