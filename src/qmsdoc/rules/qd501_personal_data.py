"""Personal data in a record.

**What.** An e-mail address, a telephone number, or a date of birth in front matter, a heading, a link or a table
of a record. Persons of the company are keys of `trust/people.toml`; others are keys of a restricted store.

**Why.** Git keeps everything for ever, and data on health must be protected (ISO 13485 4.2.5; MDR Art. 109, 110).

**Wrong.** `title: Pump alarm reported by j.doe@example.org`

**Right.** `title: Pump alarm reported by a clinic` and `complainant: crm:4711`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Span
from qmsdoc.personal import looks_like
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.5", "MDR Art. 109"))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """What loading found in the bodies of records and entries, and the same in their front matter."""
    if document.revision:
        return
    for key, value in document.fields.items():
        if isinstance(value, str) and (what := looks_like(value)):
            yield _problem(what, document.places[key].value(), document)
    for what, span in document.personal:
        yield _problem(what, span, document)


def _problem(what: str, span: Span, document: Document) -> Problem:
    return Problem(
        document.within(span),
        f"{what} in a record",
        "keep it in a restricted store and write its key, `crm:4711`",
    )
