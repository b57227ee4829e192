"""Typed tables: the Markdown table under a heading that the type names, cell by cell.

Columns are found by header text in any order. "None." under the heading is an explicit nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from qmsdoc.diagnostics import Location, Problem, Span
from qmsdoc.project import Row
from qmsdoc.scalars import folded, read_not_applicable, section_name
from qmsdoc.suggest import did_you_mean
from qmsdoc.types.base import heading_of
from qmsdoc.validation import hint_for, in_plain_words, validate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qmsdoc.markdown import Body, Cell, Table
    from qmsdoc.project import Value
    from qmsdoc.types.base import DocumentType, TableType

INVALID_TABLE, INVALID_CELL = "QD010", "QD011"


def read(
    document_type: DocumentType, body: Body, path: str, problems: list[Problem]
) -> tuple[Mapping[str, tuple[Row, ...]], frozenset[str], frozenset[str]]:
    """Rows of each declared table by field, tables that say "None.", and tables that are wrong."""
    found: dict[str, tuple[Row, ...]] = {}
    said_empty, wrong = set(), set()
    for table_type in document_type.tables:
        sections = _sections(body, table_type.heading)
        tables = [table for table in body.tables if table.section in sections]
        if sections & body.nothing:
            said_empty.add(table_type.field)
        for table in tables:
            before = len(problems)
            rows = _TableReader(document_type, table_type, table, path, problems).rows()
            found[table_type.field] = (*found.get(table_type.field, ()), *rows)
            if len(problems) > before:
                wrong.add(table_type.field)
    return found, frozenset(said_empty), frozenset(wrong)


def _sections(body: Body, heading: str) -> frozenset[int]:
    """Every section under that heading; where there are two, both are read."""
    wanted = section_name(heading)
    return frozenset(i for i, found in enumerate(body.headings) if section_name(found.text) == wanted)


class _TableReader:
    """Reads the rows of one table into plain values with the span of each cell."""

    def __init__(
        self, document_type: DocumentType, table_type: TableType, table: Table, path: str, problems: list[Problem]
    ) -> None:
        self.type = table_type
        self.table = table
        self.path = path
        self.problems = problems
        order = document_type.order
        begun = order.get(table_type.since or "", 0)  # what later stages need is QD012's
        self.required = [name for name, since in table_type.needed.items() if order.get(since, 0) <= begun]

    def report(self, code: str, span: Span, message: str, hint: str | None = None) -> None:
        self.problems.append(Problem(Location.at(self.path, span), message, hint, code))

    def rows(self) -> list[Row]:
        columns = self.columns()
        return [row for cells in self.table.rows if (row := self.row(cells, columns))]

    def columns(self) -> list[str | None]:
        """The field of each column; an unknown header is reported and its cells are passed over."""
        fields = {folded(heading_of(name)): name for name in self.type.row.model_fields}
        found: list[str | None] = []
        for cell in self.table.header:
            field = fields.get(folded(cell.text))
            if field is None:
                headings = [heading_of(name) for name in self.type.row.model_fields]
                message = f"`{cell.text}` is not a column of the table `{self.type.heading}`"
                self.report(INVALID_TABLE, cell.span, message, did_you_mean(cell.text, headings))
            elif field in found:
                self.report(INVALID_TABLE, cell.span, f"the column `{cell.text}` is there twice", "keep one")
                field = None
            found.append(field)
        self.missing_columns(found)
        return found

    def missing_columns(self, found: list[str | None]) -> None:
        """Report columns that any row needs and that are absent, unless an unknown header is a misspelling."""
        required = [heading_of(name) for name in self.required if name not in found]
        if required and None not in found:
            columns = ", ".join(f"`{heading}`" for heading in required)
            self.report(
                INVALID_TABLE, self.table.span, f"the table `{self.type.heading}` lacks the column {columns}"
            )

    def row(self, cells: tuple[Cell, ...], columns: list[str | None]) -> Row | None:
        # A row that says "None." and nothing else is an explicit nothing, too.
        texts = [cell.text for cell in cells]
        if not any(texts) or (texts[0].lower() in {"none", "none."} and not any(texts[1:])):
            return None
        given = {field: cell for field, cell in zip(columns, cells, strict=False) if field}
        texts_by_field = {field: cell.text for field, cell in given.items() if cell.text}
        values = {field: text for field, text in texts_by_field.items() if not self.decided(given[field])}
        spans = {field: cell.span for field, cell in given.items()}
        valid = self.valid(values, spans)
        return Row(valid, spans, frozenset(texts_by_field) - frozenset(valid))

    def decided(self, cell: Cell) -> bool:
        try:
            return read_not_applicable(cell.text) is not None
        except ValueError as error:
            self.report(INVALID_CELL, cell.span, str(error))
            return True

    def valid(self, given: Mapping[str, str], spans: Mapping[str, Span]) -> dict[str, Value]:
        values = dict(given)
        while True:
            try:
                return validate(self.type.row, values)
            except ValidationError as error:
                for details in error.errors(include_url=False):
                    field = str(details["loc"][0])
                    message = f"{heading_of(field)}: {in_plain_words(details)}"
                    self.report(INVALID_CELL, spans[field], message, hint_for(details))
                    values.pop(field, None)
