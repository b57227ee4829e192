"""What is due, as Markdown for an issue: the same text as long as nothing changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.formats.forge import LIMIT, tables
from qmsdoc.formats.summary import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmsdoc.views.table import Table


def render(shown: Sequence[Table], days: int, unread: int = 0) -> str:
    """Markdown of less than `forge.LIMIT` characters; nothing where nothing is due and all was read.

    It names no day of its own, so that it is the same tomorrow.
    shown: a table for each owner. unread: how many files could not be read, so that nobody trusts an empty text.
    """
    if not shown and not unread:
        return ""
    head = (
        f"What is late, and what is to be done within {plural(days, 'day')}, by who answers for it. "
        "A check says so from the day after the last day on, unless it is done.\n"
    )
    if unread:
        head += f"\nIncomplete: {plural(unread, 'file')} could not be read; `qmsdoc validate` names them.\n"
    return head + "".join(f"\n{part}" for part in tables(shown, LIMIT - len(head) - len(shown), "qmsdoc due"))
