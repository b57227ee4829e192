"""A row says something else of a record than the record itself.

**What.** A row names a document in one cell, and another cell holds one of the words that a key of that document
chooses from too: the grade of a finding in the report of the audit, and in the record of the finding.

**Why.** What is graded twice is followed up by the one grade or by the other (ISO 13485 8.2.4, 4.2.5).

**Wrong.** `| Hosting | major | ISO 13485 7.4.1 | FND-002 |` where FND-002 says `grade: minor`

**Right.** The grade that was agreed at the audit, in both.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, get_args, get_origin

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document, Row
    from qmsdoc.types.base import Fields, TableType

rule = Rule(__name__, clauses=("ISO 13485 8.2.4", "ISO 13485 4.2.5"))


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """Rows of declared tables that name one document; told there, where the details are."""
    for document in context.project.documents:
        for table in document.type.tables:
            if _choices(table.row):
                for row in document.tables.get(table.field, ()):
                    yield from _compared(document, table.row, row, _named(row, table, context))


def _compared(document: Document, model: type[Fields], row: Row, named: Document | None) -> Iterator[Problem]:
    choices, theirs = _choices(model), _choices(named.type.model) if named else {}
    for name in choices.keys() & theirs.keys():
        here, there = row.values.get(name), named.text(name) if named else ""
        if named and here and there and here != there and len(choices[name] & theirs[name]) > 1:
            message = f"`{there}`, and a row of {document.id} says `{here}`"
            yield Problem(named.at(name), message, "one of them is wrong")


def _named(row: Row, table: TableType, context: Context) -> Document | None:
    """The only document that a row names."""
    keys = [key for key, what in table.refers.items() if what == "document"]
    found = [context.project.by_id.get(str(row.values.get(key))) for key in keys]
    return found[0] if len(found) == 1 else None


@cache
def _choices(model: type[Fields]) -> dict[str, frozenset[object]]:
    """The words from which each key of a model chooses."""
    found = {name: _words(info.annotation) for name, info in model.model_fields.items()}
    return {name: words for name, words in found.items() if words}


def _words(annotation: object) -> frozenset[object]:
    parts = (annotation, *get_args(annotation))
    return next((frozenset(get_args(part)) for part in parts if get_origin(part) is Literal), frozenset())
