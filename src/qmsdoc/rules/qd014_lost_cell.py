r"""A table or a cell that no reader shows.

**What.** A row with more cells than the header has columns, and a header of another width than the line of dashes
below it, which makes no table at all. A pipe inside a cell is written `\|`.

**Why.** Markdown drops such a cell without a word, and what is signed is what is read (ISO 13485 4.2.4 e)).

**Wrong.** `| Lot | Result |`, and below it `| 2603 | passed | after rework |`

**Right.** A column for it: `| Lot | Result | Remark |`
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
    """What loading saw in the lines."""
    for message, span in document.lines.lost:
        yield Problem(document.within(span), message, "as many cells as the header; a pipe in a cell is `\\|`")
