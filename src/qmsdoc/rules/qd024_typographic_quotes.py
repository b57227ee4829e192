"""A value stands in the quotation marks of a word processor.

**What.** YAML knows `"` and `'`; the curved marks of Word and of other languages become part of the value.

**Why.** A lot number, a key or a version with a mark in it matches nothing else (ISO 13485 4.2.5, 7.5.8).

**Wrong.** `lot: “2.4.1”`

**Right.** `lot: "2.4.1"`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.5", "ISO 13485 7.5.8"))

MARKS = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u00ab\u00bb\u2039\u203a"


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Values of the front matter that begin and end with such a mark; within a text it may quote something."""
    if not any(mark in document.characters for mark in MARKS):
        return
    for key, value in document.fields.items():
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, str) and len(item) > 1 and item[0] in MARKS and item[-1] in MARKS:
                yield Problem(
                    document.at(key), f"`{key}` stands in typographic quotation marks", 'write `"…"`, or none'
                )
