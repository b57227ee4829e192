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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.markdown import Link
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
        if "{{" not in link.target:  # a field of a template is QD207's
            yield Problem(document.within(link.span), *_why(link, target.path, document, context))


def _why(link: Link, path: str, document: Document, context: Context) -> tuple[str, str | None]:
    """What is wrong with a link to a path where no file is, and how to mend it."""
    inside, origin, files = path.lstrip("/"), document.path, context.project.files
    if path.startswith("/"):
        shown = links.relative(origin, inside) if inside in files else "../…"
        return f"`{link.target}` begins at the root of a machine", f"write it from this folder: `{shown}`"
    if links.is_outside(path):
        return f"`{link.target}` leads out of the repository", "link to a file inside it"
    if any(file.startswith(f"{path}/") for file in files):
        return f"`{link.target}` is a folder, which has no page", "link to a document in it"
    alike = [file for file in files if file.endswith(path[-3:])]
    best = context.nearest(document, path, alike, cutoff=0.75)
    what = "image" if link.image else "file"
    hint = f"did you mean `{links.relative(origin, best)}`?" if best else None
    return f"there is no {what} `{link.target}`", hint
