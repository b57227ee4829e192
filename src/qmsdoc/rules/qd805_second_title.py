"""A second heading of the first level.

**What.** The first level is the title of the document, and there is one; sections begin with the second.

**Why.** Everything below a second title seems to belong to another document, in the outline of the page, for a
screen reader and in the bookmarks of the PDF (ISO 13485 4.2.4 e); WCAG 2.2 1.3.1).

**Wrong.** `# Check effectiveness` in the middle of a procedure

**Right.** `## Check effectiveness`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, Severity.WARNING, clauses=("ISO 13485 4.2.4 e)",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Every one after the first."""
    titles = [heading for heading in document.body.headings if heading.level == 1]
    for heading in titles[1:]:
        message = f"a second heading of the first level, after `{titles[0].text}`"
        yield Problem(document.within(heading.span), message, f"write `## {heading.text}`")
