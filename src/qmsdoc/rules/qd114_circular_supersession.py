"""Documents that replace each other in a circle.

**What.** `supersedes` leads from document to document and back to where it began, so that nobody can tell which
one is in force.

**Why.** Obsolete documents are told apart from those in force (ISO 13485 4.2.4 h)).

**Wrong.** SOP-001 supersedes SOP-002, and SOP-002 supersedes SOP-001

**Right.** Only the newer one says what it replaces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 h)",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Ids in `supersedes` from which `supersedes` leads back to this document."""
    for document_id, place in document.items_with_places("supersedes"):
        ahead, seen = [document_id], set()
        while ahead:
            current = ahead.pop()
            if current not in seen:
                seen.add(current)
                known = context.project.by_id.get(current)
                ahead += known.items("supersedes") if known else ()
        if document.id in seen:
            itself = document_id == document.id
            message = "a document cannot supersede itself" if itself else f"`{document_id}` supersedes it in turn"
            yield Problem(place, message, "only the newer one says what it replaces")
