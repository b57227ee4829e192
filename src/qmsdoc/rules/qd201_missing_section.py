"""A document lacks a section that its type asks for.

**What.** Each type names the headings its documents have; for records, from which stage on. A number before a
heading does not matter, `Purpose` and `Scope` are as good as `Purpose and scope`, and so are `Responsibilities`
for roles and `Method` for the procedure. In what is signed or closed, a section without text is missing as well.
A company adds its own headings below `[sections]` in `qmsdoc.toml`: `sop = ["Indicators"]`.

**Why.** Readers find the same thing at the same place in every procedure; a CAPA without its cause is not one
(ISO 13485 4.2.4, 8.5.2).

**Wrong.** An SOP without `## Records`

**Right.** `## Records` with the table of the records that the procedure produces
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule
from qmsdoc.scalars import section_name
from qmsdoc.types.base import Section, heading_of
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4",))

# What else companies write above the same section.
_OTHER_WORDS = {
    "procedure": ("method", "methods", "process steps"),
    "roles": ("responsibilities", "roles and responsibilities", "responsibilities and authorities"),
}


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Headings and tables whose stage has come."""
    order, reached = document.type.order, context.stage(document)
    headings = {section_name(heading.text): heading for heading in document.body.headings}
    if document.type.kind is Kind.CONTROLLED and not (document.body.filled or context.is_untouched(document)):
        yield Problem(document.at("type"), "the document has no text", "write it, or delete the file")
        return
    own = (Section(heading, document.type.stages[0].name) for heading in _own(document, context))
    for section in (*document.type.sections, *own):
        if order[section.since] <= reached and not _is_there(section_name(section.heading), headings):
            message = f"the section `{section.heading}` is missing"
            close = headings.get(context.nearest(document, section.heading, headings, cutoff=0.75))
            place = document.within(close.span) if close else document.at("type")
            yield Problem(
                place,
                message,
                f"rename `{close.text}` to `{section.heading}`" if close else f"add `## {section.heading}`",
            )
    if 0 < reached == len(document.type.stages) - 1:
        yield from _empty(document)
    for table in document.type.tables:
        given = table.field in document.tables or table.field in document.tables_said_empty
        if table.since and order[table.since] <= reached and not given and section_name(table.heading) in headings:
            place = document.within(headings[section_name(table.heading)].span)
            columns = " | ".join(heading_of(name) for name in table.row.model_fields)
            yield Problem(
                place,
                f"the section `{table.heading}` holds no table",
                f"add a table with the columns {columns}, or write `None.`",
            )


def _own(document: Document, context: Context) -> tuple[str, ...]:
    return context.project.config.sections.get(document.type.name, ())


def _is_there(section: str, headings: Collection[str]) -> bool:
    """Whether a section stands under its own heading, under another word for it, or in its parts."""
    words = (section, *_OTHER_WORDS.get(section, ()))
    return any(word in headings for word in words) or all(part in headings for part in section.split(" and "))


def _empty(document: Document) -> Iterator[Problem]:
    """Sections of the type under which nothing stands, not even a heading of a lower level."""
    wanted = {section_name(section.heading) for section in document.type.sections}
    headings = document.body.headings
    for number, (heading, following) in enumerate(zip_longest(headings, headings[1:])):
        is_above = following is not None and following.level > heading.level
        if number not in document.body.filled and not is_above and section_name(heading.text) in wanted:
            message = f"the section `{heading.text}` is empty"
            yield Problem(document.within(heading.span), message, "write what holds, or `None.`")
