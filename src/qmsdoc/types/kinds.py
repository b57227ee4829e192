"""The three kinds of document."""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """Controlled documents have revisions, records have an end, entries are always current."""

    CONTROLLED = "controlled document"
    RECORD = "record"
    ENTRY = "entry"
