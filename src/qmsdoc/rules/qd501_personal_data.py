"""Personal data in a record.

**What.** An e-mail address, a telephone number, or a date of birth in front matter, a heading, a link or a table
of a record. Persons of the company are keys of `trust/people.toml`; others are keys of a restricted store.

**Why.** Git keeps everything for ever, and data on health must be protected (ISO 13485 4.2.5; MDR Art. 109, 110).

**Wrong.** `title: Pump alarm reported by j.doe@example.org`

**Right.** `title: Pump alarm reported by a clinic` and `complainant: crm:4711`
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Span
from qmsdoc.rule import Context, Rule
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.5", "MDR Art. 109"))

_PATTERNS = (
    ("an e-mail address", re.compile(r"[\w.+-]@[\w-]+\.[\w.-]*\w")),
    (
        "a telephone number",
        # `0012345678` is a lot or a serial number; `0049 421 123456` is not.
        re.compile(
            r"(?<![\w.-])(?:\+[1-9][0-9]{0,2}|00[1-9][0-9]{0,2}[ (/-])(?:[ ()/-]{0,2}[0-9]){7,12}(?![\w-])"
        ),
    ),
    (
        "a date of birth",
        re.compile(
            r"(?i)(?:\b(?:born|date of birth|dob|geb\.)|\*)\s*:?\s*[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}"
        ),
    ),
)


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """What looks like contact or birth data, wherever the record keeps text."""
    if document.type.kind is Kind.CONTROLLED:
        return
    texts = [
        (value, document.places[key].value) for key, value in document.fields.items() if isinstance(value, str)
    ]
    texts += document.body.texts
    if not _found("\n".join(text for text, _ in texts)):  # nearly always, and one search is faster than many
        return
    for text, span in texts:
        if what := _found(text):
            yield _problem(what, span, document)


def _found(text: str) -> str:
    return next((what for what, pattern in _PATTERNS if pattern.search(text)), "")


def _problem(what: str, span: Span, document: Document) -> Problem:
    return Problem(
        document.within(span),
        f"{what} in a record",
        "keep it in a restricted store and write its key, `crm:4711`",
    )
