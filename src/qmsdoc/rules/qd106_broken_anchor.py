"""A link leads to a heading that is not there.

**What.** `#time-limits` means a heading `Time limits` in the document that the link names.

**Why.** As for a broken link: the reader lands at the top of a long document and does not find what was meant
(ISO 13485 4.2.4 d)).

**Wrong.** `[vigilance](SOP-012-vigilance.md#time-limit)` where the heading is `Time limits`

**Right.** `[vigilance](SOP-012-vigilance.md#time-limits)`
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 d)",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Anchors that the target document does not have."""
    anchors = cache(lambda path: context.project.by_path[path].body.anchors)
    for link, target in document.links:
        if not target or not target.anchor:
            continue
        other = context.project.by_path.get(target.path)
        if not other or target.anchor in anchors(other.path):
            continue
        hint = context.did_you_mean(document, target.anchor, anchors(other.path), limit=8)
        yield Problem(document.within(link.span), f"{other.id} has no heading `#{target.anchor}`", hint)
