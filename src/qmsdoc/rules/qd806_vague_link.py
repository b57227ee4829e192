"""A link whose text does not say where it leads.

**What.** Texts such as `here`, `click here`, `this link`, `more`, in English and German.

**Why.** Links are read one after the other, by eyes and by a screen reader, and on paper only their text is left
(ISO 13485 4.2.4 e); WCAG 2.2 2.4.4, 2.4.9).

**Wrong.** `see [here](../risk/SOP-009-risk-management.md)`

**Right.** `see [SOP-009](../risk/SOP-009-risk-management.md)`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.rule import Context, Rule
from qmsdoc.scalars import folded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, Severity.WARNING, clauses=("ISO 13485 4.2.4 e)",))

_VAGUE = frozenset(
    {
        "click here",
        "here",
        "hier",
        "link",
        "mehr",
        "more",
        "read more",
        "see here",
        "siehe hier",
        "this",
        "this link",
        "this page",
    }
)


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Links, not images, with such a text."""
    for link in document.body.links:
        if not link.image and folded(link.text).strip(" .!") in _VAGUE:
            message = f"`{link.text}` does not say where the link leads"
            yield Problem(document.within(link.span), message, "name the document or what is there")
