"""Tables as an Excel workbook: frozen headers, filters, links; the same bytes for the same tables."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from qmsdoc.views.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xlsxwriter.format
    import xlsxwriter.worksheet

    from qmsdoc.views.table import Table

LONGEST_NAME = 31  # characters of a sheet's name in Excel
LONGEST_CELL = 32_767  # characters
LONGEST_URL = 2_079
MOST_LINKED = 20_000  # rows of a sheet with links; Excel takes 65,530 links, and a row has at most three
WIDEST, NARROWEST = 60, 8  # characters
FIXED_DAY = datetime(2000, 1, 1, tzinfo=UTC)  # a workbook carries the day of its making, which must not differ
_forbidden = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def as_workbook(tables: Sequence[Table], links: Mapping[tuple[str, int, str], str]) -> bytes:
    """One sheet a table. `links` lead from a cell to a URL or to `internal:'Sheet'!A1`.

    A cell is named by the title of its table, the number of its row from 0, and the key of its column.
    """
    import xlsxwriter  # noqa: PLC0415 - only workbooks need it

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": FIXED_DAY})
        head = book.add_format(
            {"bold": True, "bg_color": "#E8EAF6", "valign": "top", "text_wrap": True, "border": 1}
        )
        body = book.add_format({"valign": "top", "text_wrap": True})
        linked = book.add_format({"valign": "top", "font_color": "#1A4E8A", "underline": 1})
        names: set[str] = set()
        for table in tables:
            name = sheet_name(table)
            while name.casefold() in names:
                name = f"{name[: LONGEST_NAME - 4]} ({len(names) + 1})"
            names.add(name.casefold())
            _sheet(book.add_worksheet(name), table, links, (head, body, linked))
    return out.getvalue()


def sheet_name(table: Table) -> str:
    """The name of a table's sheet, as Excel allows it."""
    return table.title.translate(_forbidden)[:LONGEST_NAME].strip()


def _sheet(
    sheet: xlsxwriter.worksheet.Worksheet,
    table: Table,
    links: Mapping[tuple[str, int, str], str],
    styles: tuple[xlsxwriter.format.Format, ...],
) -> None:
    head, body, linked = styles
    for column, (heading, width) in enumerate(zip(table.columns, _widths(table), strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading.heading, head)
    for number, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row):
            text = ("\n".join(cell) if isinstance(cell, tuple) else cell_text(cell))[:LONGEST_CELL]
            link = links.get((table.title, number - 1, table.columns[column].key), "")
            if isinstance(cell, int):
                sheet.write_number(number, column, cell, body)
            elif link and number <= MOST_LINKED and len(link) <= LONGEST_URL:
                sheet.write_url(number, column, link, linked, text)
            else:
                sheet.write_string(number, column, text, body)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _widths(table: Table) -> list[int]:
    """A width for each column that shows most of its cells on one line, within limits."""
    longest = [len(column.heading) for column in table.columns]
    for row in table.rows:
        for index, cell in enumerate(row):
            lines = cell if isinstance(cell, tuple) else (cell_text(cell),)
            longest[index] = max(longest[index], *map(len, lines), 0)
    return [min(max(length + 2, NARROWEST), WIDEST) for length in longest]
