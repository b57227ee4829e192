"""Documents on their way from one process to another: as plain tuples, which pickle writes ten times as fast."""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from qmsdoc.diagnostics import Span
from qmsdoc.links import Target
from qmsdoc.markdown import Body, Heading, Link
from qmsdoc.project import Document

if TYPE_CHECKING:
    from qmsdoc.diagnostics import Problem
    from qmsdoc.types.registry import Types

_SAME = [field.name for field in fields(Document) if field.name not in {"type", "body", "targets"}]
_values = attrgetter(*_SAME)
_others = attrgetter("tables", "code", "html", "nothing", "filled")


def pack(read: tuple[Document | None, list[Problem]]) -> tuple[Any, ...]:
    """What was read, without its type, so that it can be sent to another process."""
    document, problems = read
    if document is None:
        return (problems,)
    body = document.body
    headings = [(level, text, anchor, *span) for level, text, anchor, span in body.headings]
    links = [(target, text, image, *span) for target, text, span, image in body.links]
    targets = [target and tuple(target) for target in document.targets]
    return problems, document.type.name, headings, links, targets, _others(body), _values(document)


def unpack(types: Types, packed: tuple[Any, ...]) -> tuple[Document | None, list[Problem]]:
    """What was packed, with its type again."""
    problems, *rest = packed
    if not rest:
        return None, problems
    name, headings, links, targets, others, values = rest
    body = Body(
        tuple([Heading(level, text, anchor, Span(*span)) for level, text, anchor, *span in headings]),
        tuple([Link(target, text, Span(*span), image) for target, text, image, *span in links]),
        *others,
    )
    led = tuple([target and Target(*target) for target in targets])
    return Document(type=types[name], body=body, targets=led, **dict(zip(_SAME, values, strict=True))), problems
