"""A document whose heading is the title of another one.

**What.** The first heading of the first level is the title of another document and not its own.

**Why.** A document is identified by one title wherever it is named (ISO 13485 4.2.4 e)); a heading that was copied
along tells readers that they hold another procedure.

**Right.** The heading of the first level is the `title` of the front matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule
from qmsdoc.scalars import folded
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 e)",))


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """First headings of controlled documents, where another one has it as the title."""
    controlled = [d for d in context.project.documents if d.type.kind is Kind.CONTROLLED]
    titles = {folded(document.title): document.id for document in controlled}
    for document in controlled:
        heading = next((found for found in document.body.headings if found.level == 1), None)
        if heading is None or folded(heading.text) == folded(document.title):
            continue
        if other := titles.get(folded(heading.text)):
            message = f"the heading is the title of {other}; this one is {document.id}, `{document.title}`"
            yield Problem(document.within(heading.span), message, f"write `# {document.title}`")
