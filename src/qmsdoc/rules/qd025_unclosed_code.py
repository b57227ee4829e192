"""A fence of code that nothing closes.

**What.** Three backticks or tildes begin code or a diagram, and three at the beginning of a line end it.

**Why.** Without the end, all that follows is shown as code, the headings are none, and links into them break
(ISO 13485 4.2.4 e)).

**Right.** A line with three backticks below the last line of the code.
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
    """The first line of each."""
    for span in document.lines.open_fences:
        message = "nothing closes this code: all that follows is shown as code"
        yield Problem(document.within(span), message, "close it with a line of three backticks")
