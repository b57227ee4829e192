"""A text that was left for later, or guidance of a form, in what is signed or recorded.

**What.** `TBD`, `TBC`, `TODO`, `FIXME`, `XXX`, `???`, `lorem ipsum`, a `> Guidance:` quote of a form, a field of a
template such as `{{ title }}`, a prompt such as `[Describe the process]` or `[To be defined]`, an empty date
`[YYYY-MM-DD]`. A draft that nobody has signed may hold them. What stands as code or in quotation marks is spoken
of and not left: documents have the prefix "SOP XXX".

**Why.** Documents are reviewed and approved for adequacy before issue (ISO 13485 4.2.4 a)); a record is evidence
(ISO 13485 4.2.5).

**Wrong.** `The limit is TBD.` in a procedure that was reviewed

**Right.** Write what holds, or say who decides it until when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 a)", "ISO 13485 4.2.5"))


_SHOWN = 60  # characters of it in the message


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """What loading marked, in everything but untouched drafts and forms, which hold guidance."""
    if not document.lines.placeholders or document.type.name == "form" or context.is_untouched(document):
        return
    for text, span in document.lines.placeholders:
        shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
        yield Problem(document.within(span), f"`{shown}` was left for later", "write what holds")
