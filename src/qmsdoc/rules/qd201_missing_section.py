"""A document lacks a section that its type asks for.

**What.** Each type names the headings its documents have; for records, from which stage on. A company adds its own
below `[sections]` in `qmsdoc.toml`: `sop = ["Indicators"]`.

**Why.** Readers find the same thing at the same place in every procedure; a CAPA without its cause is not one
(ISO 13485 4.2.4, 8.5.2).

**Wrong.** An SOP without `## Records`

**Right.** `## Records` with the table of the records that the procedure produces
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule
from qmsdoc.scalars import folded
from qmsdoc.suggest import nearest
from qmsdoc.types.base import Section, heading_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Headings and tables whose stage has come."""
    order, reached = document.type.order, context.stage(document)
    headings = {folded(heading.text): heading for heading in document.body.headings}
    own = (Section(heading, document.type.stages[0].name) for heading in _own(document, context))
    for section in (*document.type.sections, *own):
        if order[section.since] <= reached and folded(section.heading) not in headings:
            message = f"the section `{section.heading}` is missing"
            close = headings.get(nearest(section.heading, headings, cutoff=0.75))
            place = document.within(close.span) if close else document.at("type")
            yield Problem(
                place,
                message,
                f"rename `{close.text}` to `{section.heading}`" if close else f"add `## {section.heading}`",
            )
    for table in document.type.tables:
        given = table.field in document.tables or table.field in document.tables_said_empty
        if table.since and order[table.since] <= reached and not given and folded(table.heading) in headings:
            place = document.within(headings[folded(table.heading)].span)
            columns = " | ".join(heading_of(name) for name in table.row.model_fields)
            yield Problem(
                place,
                f"the section `{table.heading}` holds no table",
                f"add a table with the columns {columns}, or write `None.`",
            )


def _own(document: Document, context: Context) -> tuple[str, ...]:
    return context.project.config.sections.get(document.type.name, ())
