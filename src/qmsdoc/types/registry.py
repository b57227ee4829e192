"""The document types of a project by name: those of the tool, and the company's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from qmsdoc.types import controlled, entries, records
from qmsdoc.types.base import DocumentType


class Types(Mapping[str, DocumentType]):
    """Document types by name, in the order in which readers see them."""

    def __init__(self, types: Iterable[DocumentType]) -> None:
        self._types = {document_type.name: document_type for document_type in types}

    def __getitem__(self, name: str) -> DocumentType:
        return self._types[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)


@cache
def builtin() -> Types:
    """The types that the tool brings."""
    return Types((*controlled.TYPES, *records.TYPES, *entries.TYPES))
