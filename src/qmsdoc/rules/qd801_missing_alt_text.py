"""An image without a text that says what it shows.

**What.** `![alt text](image.png)` without a text, or with one such as `image` or the name of the file; for a
Mermaid diagram the lines `accTitle:` and `accDescr:` are missing.

**Why.** Documents remain legible for everybody who works by them (ISO 13485 4.2.4 e)); PDF/UA and PDF/A-3a,
in which releases are archived, refuse an image without it.

**Wrong.** `![](flow.png)`

**Right.** `![Flow of a complaint from receipt to closure](flow.png)`
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 e)",))

# Words that name the kind of thing and not what it shows; `![image](…)` is what editors write.
_SAYS_NOTHING = {"alt", "alt text", "chart", "diagram", "figure", "graph", "image", "img", "photo", "picture",
                 "screenshot", "table"}  # fmt: skip
_described = re.compile(r"^[^\S\n]*accTitle\s*:\s*\S", re.MULTILINE).search


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Images whose alt text says nothing, diagrams without a title."""
    for link in (link for link in document.body.links if link.image):
        text = link.text.strip()
        if not text:
            yield Problem(document.within(link.span), "this image has no alt text", "write `![what it shows](…)`")
        elif text.casefold() in _SAYS_NOTHING or text == link.target.rpartition("/")[2]:
            message = f"the alt text `{text}` does not say what the image shows"
            yield Problem(document.within(link.span), message, "write `![what it shows](…)`")
    for block in document.body.code:
        if block.language.split()[:1] == ["mermaid"] and not _described(block.text):
            hint = "add the lines `accTitle: …` and `accDescr: …` after its first line"
            yield Problem(document.within(block.span), "this diagram has no alt text", hint)
