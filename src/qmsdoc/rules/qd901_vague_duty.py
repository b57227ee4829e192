"""Words that leave open what is to be done, or when.

**What.** `as appropriate`, `if necessary`, `timely`, `regularly` and the like in paragraphs and list items of
controlled documents in English. Off by itself: `--select QD901`, or `[rules.QD901]` in `qmsdoc.toml`.

**Why.** A procedure says what is done by whom and when (ISO 13485 4.2.1); what two people read in two ways is
found at every audit.

**Wrong.** Complaints are assessed in a timely manner.

**Right.** Complaints are assessed within 2 working days.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.prose import matches
from qmsdoc.rule import Context, Rule
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, Severity.WARNING, clauses=("ISO 13485 4.2.1",), standard=False)

_VAGUE = re.compile(
    r"\b(?:(?:as|if|where|when) (?:appropriate|necessary|needed|possible|required|applicable)"
    r"|in a timely (?:manner|fashion)|timely|promptly|regularly|periodically|from time to time|as soon as possible"
    r"|adequately)\b",
    re.IGNORECASE,
)


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Every such word."""
    language = document.text("language") or context.project.config.company.language
    if document.type.kind is not Kind.CONTROLLED or not language.startswith("en"):
        return
    for sentence in document.sentences:
        for text, span in matches(sentence, _VAGUE):
            message = f"`{text}` leaves open what is done, or when"
            yield Problem(document.within(span), message, "say the condition, the number or the day")
