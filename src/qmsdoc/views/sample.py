"""Claims drawn at random beside the passages they point to, for a person to judge whether they hold."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.citation import covered
from qmsdoc.views.clause_index import cited, label
from qmsdoc.views.coverage import Claim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmsdoc.project import Document
    from qmsdoc.views.coverage import Question


class Passage(NamedTuple):
    """One claim: the document, what it says it answers, and the lines of the section that should.

    Lines count from 1 in the file; the last is not included, and there are none where no section is named.
    """

    document: Document
    clause: str
    asks: str
    section: str
    first_line: int
    end_line: int | None


def claims(question: Question, frameworks: Sequence[str]) -> list[Passage]:
    """Every claim of the documents that count, in the order of ids."""
    catalogs = question.project.catalogs
    found = []
    for status, citation in cited(question.found.values(), catalogs, *frameworks):
        if not question.counts(status) or not Claim(status, "").is_for(question.device):
            continue
        first, end = _section(status.document, citation.section)
        for ref in covered(citation, catalogs):
            clause = catalogs[citation.framework].clauses.get(ref)
            asks = (clause.summary if clause else "") or label(catalogs[citation.framework], ref)
            told = f"{citation.framework} {ref}"
            found.append(Passage(status.document, told, asks, citation.section, first, end))
    return found


def draw(every: Sequence[Passage], number: int, seed: int) -> list[Passage]:
    """A number of claims at random, the same for the same seed; all of them where there are fewer."""
    return random.Random(seed).sample(every, min(number, len(every)))  # noqa: S311 - a sample, not a secret


def _section(document: Document, anchor: str) -> tuple[int, int | None]:
    """The lines of the section with an anchor: to the next heading of its level or above."""
    headings = document.body.headings
    for index, heading in enumerate(headings):
        if heading.anchor == anchor:
            later = (other.span.line for other in headings[index + 1 :] if other.level <= heading.level)
            return heading.span.line, next(later, None)
    return 1, 1
