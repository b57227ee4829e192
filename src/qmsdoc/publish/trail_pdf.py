"""The audit trail as a PDF: our template, text as data, the whole trail attached as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from qmsdoc.publish.printed import NotMade, drawable, printed
from qmsdoc.resources import data
from qmsdoc.views.render import as_json
from qmsdoc.views.table import cell_text
from qmsdoc.views.trail import SHORT, readable, trail

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from qmsdoc.views.trail import Entry

MOST = 10_000  # rows; more take gigabytes to typeset


class About(NamedTuple):
    """What stands around the table; `commit` is the one that is checked out, or empty."""

    company: str
    title: str
    as_of: date
    commit: str = ""


def build(about: About, entries: Sequence[Entry]) -> bytes:
    """A PDF/A-3a and PDF/UA-1 in landscape; raises NotMade, and ImportError without the `pdf` extra."""
    if len(entries) > MOST:
        raise NotMade(f"a PDF holds {MOST} entries, and these are {len(entries)}; ask for a shorter period")
    return printed(
        data("trail", "trail.typ"), _shown(about, entries), about.as_of, trail=as_json(trail(entries, about.title))
    )


def _shown(about: About, entries: Sequence[Entry]) -> dict[str, Any]:
    table = readable(entries)
    keys = [column.key for column in table.columns]
    rows = []
    for entry, cells in zip(entries, table.rows, strict=True):
        row: dict[str, Any] = {key: drawable(cell_text(cell)) for key, cell in zip(keys, cells, strict=True)}
        label = f"{entry.id} r{entry.revision}" if entry.id and entry.revision else entry.id
        if row["committed"] == row["claimed"]:
            row["committed"] = ""
        rows.append({**row, "id": drawable(label), "remarks": [drawable(remark) for remark in entry.remarks]})
    return {
        "company": drawable(about.company),
        "title": drawable(about.title),
        "as_of": about.as_of.isoformat(),
        "commit": about.commit[:SHORT],
        "refused": sum(entry.refused for entry in entries),
        "rows": rows,
    }
