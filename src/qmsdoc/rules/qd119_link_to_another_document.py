"""A link whose text names one document, and which leads to another.

**What.** The text of a link holds ids of documents of this repository, and the file to which it leads is none of
them. Attachments and headings of the documents named are theirs.

**Why.** Whoever reads on paper follows the id, whoever clicks follows the link, and they read different documents
(ISO 13485 4.2.4 d), e)). It comes of copying a link and changing one half of it.

**Wrong.** `[SOP-007](../surveillance/SOP-010-post-market-surveillance.md)`

**Right.** `[SOP-007](../surveillance/SOP-007-complaint-handling.md)`
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qmsdoc import links
from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule
from qmsdoc.scalars import DOCUMENT_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 d)", "ISO 13485 4.2.4 e)"))

_ids = re.compile(rf"(?<![\w-])(?:{DOCUMENT_ID})(?![\w-])", re.ASCII).finditer


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Links to documents, with the ids in their texts."""
    known = context.project.by_id
    for link, target in document.links:
        led = context.project.by_path.get(target.path) if target and not link.image else None
        named = [found[0] for found in _ids(link.text) if found[0] in known] if led else []
        if led and named and led.id not in named:
            message = f"the text says {named[0]}, and the link leads to {led.id}"
            there = links.relative(document.path, known[named[0]].path)
            yield Problem(document.within(link.span), message, f"link to `{there}`, or say {led.id}")
