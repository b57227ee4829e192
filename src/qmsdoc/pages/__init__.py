"""Documents and views become pages: Markdown with metadata, the same for every engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.pages.clauses import clause_pages
from qmsdoc.pages.coverage import coverage_pages
from qmsdoc.pages.document import Tools, document_page, notice_page
from qmsdoc.pages.handbook import Entry, Handbook, select
from qmsdoc.pages.overview import home_page, record_pages, register_page, role_pages, withdrawn_page
from qmsdoc.pages.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Entry", "Handbook", "Page", "Tools", "pages", "select"]


def pages(book: Handbook, tools: Tools) -> Iterator[Page]:
    """Every page of an edition, in the order in which the menu lists them."""
    yield home_page(book)
    yield from role_pages(book)
    yield register_page(book)
    for entry in book.all:
        if entry.controlled:
            yield document_page(entry, book, tools)
    for notice in book.notices.values():
        yield notice_page(notice, book)
    if page := withdrawn_page(book):
        yield page
    yield from clause_pages(book)
    yield from coverage_pages(book)
    yield from record_pages(book)
    for entry in book.all:
        if not entry.controlled:
            yield document_page(entry, book, tools)
