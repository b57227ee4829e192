"""Raw HTML in a document.

**What.** HTML tags and comments. They are shown as text on the site and in PDFs, never run, never dropped.

**Why.** What is signed is what is read: a comment that only some readers see, or a table that one output
loses, is not under control (ISO 13485 4.2.4 e)).

**Wrong.** `First line<br>second line`

**Right.** Two list items, two rows, or two paragraphs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

_SHOWN = 40  # characters of the markup in the message
# What people write most, and what says the same.
_INSTEAD = {
    "!--": "remove the comment, which readers would see; clauses are cited in `satisfies`",
    "a": "write `[text](target)`",
    "b": "write `**text**`",
    "br": "write two paragraphs, list items or rows; in a cell `; `",
    "em": "write `*text*`",
    "i": "write `*text*`",
    "img": "write `![what it shows](ID/file.png)`",
    "strong": "write `**text**`",
}
_name = re.compile(r"</?(!--|[a-z0-9]+)", re.IGNORECASE).match

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 e)",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Every line of raw HTML, once."""
    seen = set()
    for piece in document.body.html:
        if piece.span.line not in seen:
            seen.add(piece.span.line)
            text = piece.text.strip().split("\n")[0]
            shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
            name = _name(text)
            hint = _INSTEAD.get(
                name[1].lower() if name else "", "write it in Markdown, or `&lt;` for the sign `<`"
            )
            yield Problem(document.within(piece.span), f"`{shown}` is raw HTML", hint)
