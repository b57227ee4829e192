"""Typed tables: the Markdown table under a heading that the type names, cell by cell.

Columns are found by header text in any order. "None." under the heading is an explicit nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from qmsdoc.diagnostics import MOST_FINDINGS, Location, Problem, Span
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
    """Rows of each declared table by field, tables that say "None.", and tables that are wrong.

    Where two sections have the heading, both are read.
    """
    found: dict[str, tuple[Row, ...]] = {}
    said_empty, wrong = set(), set()
    most = len(problems) + MOST_FINDINGS
    headings = [section_name(found.text) for found in body.headings] if document_type.tables else []
    for table_type in document_type.tables:
        rows: list[Row] = []
        wanted = section_name(table_type.heading)
        sections = {number for number, heading in enumerate(headings) if heading == wanted}
        tables = [table for table in body.tables if table.section in sections] if sections else []
        if sections & body.nothing:
            said_empty.add(table_type.field)
        before = len(problems)
        for table in tables:
            if len(problems) > most:
                break
            rows += _TableReader(document_type, table_type, table, path, problems, most).rows()
        if tables:
            found[table_type.field] = tuple(rows)
            if len(problems) > min(before, most):
                wrong.add(table_type.field)
    return found, frozenset(said_empty), frozenset(wrong)


class _TableReader:
    """Reads the rows of one table into plain values with the span of each cell."""

    def __init__(
        self,
        document_type: DocumentType,
        table_type: TableType,
        table: Table,
        path: str,
        problems: list[Problem],
        most: int,
    ) -> None:
        self.type = table_type
        self.table = table
        self.path = path
        self.problems = problems
        self.most = most
        order = document_type.order
        begun = order.get(table_type.since or "", 0)  # what later stages need is QD012's
        self.required = [name for name, since in table_type.needed.items() if order.get(since, 0) <= begun]

    def report(self, code: str, span: Span, message: str, hint: str | None = None) -> None:
        self.problems.append(Problem(Location.at(self.path, span), message, hint, code))

    def rows(self) -> list[Row]:
        columns = self.columns()
        found = []
        for cells in self.table.rows:
            if len(self.problems) >= self.most:
                message = f"{MOST_FINDINGS:,} cells above are wrong, and no row is read from here on"
                self.report(INVALID_TABLE, cells[0].span, message, "mend those first")
                break
            if row := self.row(cells, columns):
                found.append(row)
        return found

    def columns(self) -> list[str | None]:
        """The field of each column; an unknown header is reported and its cells are passed over."""
        fields = {folded(heading_of(name)): name for name in self.type.row.model_fields}
        found: list[str | None] = []
        for cell in self.table.header[:MOST_FINDINGS]:
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
