"""A link or an image leads to a file that is not there.

**What.** Relative links are followed from the document's own folder.

**Why.** Documents that are needed must be available where they are used (ISO 13485 4.2.4 d)).

**Wrong.** `[SOP-002](SOP-002-record-control.md)` where the file is `SOP-002-control-of-records.md`

**Right.** `[SOP-002](SOP-002-control-of-records.md)`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc import links
from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule
from qmsdoc.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 d)",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Targets that leave the repository, are absolute, or are not there."""
    for link, target in document.links:
        if target is None and not links.is_open(link.target):
            message = f"`{link.target}` leads where no reader can follow"
            yield Problem(document.within(link.span), message, "link to a file here, or by https: or mailto:")
        if target is None or target.path in context.project.files:
            continue
        place = document.within(link.span)
        if links.is_outside(target.path):
            yield Problem(place, f"`{link.target}` leads out of the repository", "link to a file inside it")
            continue
        what = "image" if link.image else "file"
        known = [path for path in context.project.files if path.endswith(target.path[-3:])]
        best = nearest(target.path, known, cutoff=0.75)
        hint = f"did you mean `{links.relative(document.path, best)}`?" if best else None
        yield Problem(place, f"there is no {what} `{link.target}`", hint)
