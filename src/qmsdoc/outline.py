"""Reads a body fast: plain parts by their lines, and only the others by the Markdown parser.

A heading or a code fence at the start of a line ends every block before it, so the text between two of them can be
read by itself. Most such parts hold nothing that a search for `](` could misread; then their links and whether they
say anything are all there is to know, and the parser (which makes a Python object of each word) is not needed.
What is not surely plain goes to the parser: the result is that of `markdown.read_body`, which tests compare.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Span
from qmsdoc.markdown import CodeBlock, Link, Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.markdown import Body

_FENCE = "```"

# Makes parts depend on each other: raw HTML, other fences, footnotes and definitions of links, other line ends.
_markup = re.compile(r"<[A-Za-z/!?]").search
_ENTANGLED = ("~~~", "[^", "]:", "\r", "\0")
# Headings and fences of the plain form; each ends the part before it.
_border = re.compile(r"\n(?:(#{1,6}) (.*)|```([^`\n]*))(?=\n)").search
_close = re.compile(r"\n``` *(?=\n)").match
# In these a line may be something else than text, a list or a table: code, a heading within a list, an escape.
_UNSURE = ("    ", "\t", "\v", "\f", "\\", " #", ">#")
_rule_or_underline = re.compile(r"\n[ >]*[-=*_+][-=*_+> ]*(?=\n)").search
_simple = re.compile(r"[\w ,.:;()'\"/+§–—-]+").fullmatch
_code_span = re.compile(r"(?<!`)`[^`|\n]+`(?!`)")
_link = re.compile(r"(!?)\[([^][`*_~!&|\n]*)\]\(([^][\s()<>&`|\x00-\x1f\x7f]+)\)")


def read_outline(text: str, first_line: int = 1, *, tables: bool = True) -> Body:
    """Read a body as `markdown.read_body` does; without `tables` those of plain parts are left out."""
    reader = Reader()
    if _markup(text) or any(entangled in text for entangled in _ENTANGLED):
        reader.parse(text, first_line)
    else:
        _Outline(reader, f"\n{text}\n", first_line - 1, tables=tables).read()
    return reader.body()
