"""A heading that skips a level, or has no text.

**What.** Below `##` comes `###`, not `####`; the first heading is `#`.

**Why.** Headings make the outline by which people find their way, also with a screen reader; PDF/UA refuses a
document that skips one (ISO 13485 4.2.4 e)).

**Wrong.** `## Procedure`, then `#### Step 1`

**Right.** `## Procedure`, then `### Step 1`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 e)",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Levels that go down by more than one, and empty headings."""
    above = 0
    for heading in document.body.headings:
        if not heading.text:
            yield Problem(document.within(heading.span), "a heading without text", "write it, or remove the `#`")
        if heading.level > above + 1:
            level = "#" * (above + 1)
            message = f"a heading of level {heading.level} {f'below level {above}' if above else 'stands first'}"
            yield Problem(document.within(heading.span), message, f"write `{level} {heading.text}`")
        above = heading.level
