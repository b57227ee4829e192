"""A diagram that cannot be drawn.

**What.** The source of a Mermaid diagram has a mistake. Looked at where the extra `site` or `pdf` is installed,
which draws; of a document that holds many only the first are tried, the others when the site or a PDF is built.

**Why.** A flow that is not there cannot be followed, and `build` and `release` refuse the document
(ISO 13485 4.2.4 e)).

**Wrong.** `A["Service] --> B`

**Right.** `A["Service"] --> B`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Location, Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 e)",))

MAX_TRIED = 10_000  # characters of one document; no check may be kept waiting by what it reads


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Every diagram, drawn for a trial."""
    blocks = [block for block in document.body.code if block.language.split()[:1] == ["mermaid"]]
    if not blocks:
        return
    from qmsdoc import diagrams  # noqa: PLC0415 - few documents have one, and drawing loads much

    tried = 0
    for block in blocks:
        tried += len(block.text)
        if tried > MAX_TRIED:
            return
        try:
            diagrams.render(block.text)
        except diagrams.DiagramError as error:
            place = Location(document.path, block.span.line + error.line)
            yield Problem(place, f"this diagram cannot be drawn: {error}", "mend the line, or leave it out")
        except diagrams.MissingRenderer:
            return
