"""What changed in the frameworks: amendments, application dates, guidance, standards and proposals."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from qmsdoc.catalog import DATA

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = DATA / "changes" / "changes.json"


@dataclass(frozen=True, slots=True)
class Step:
    """A day on which something of a change happens; `precision` is `month` where only the month is known."""

    on: date
    what: str
    precision: str = "day"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one or more frameworks.

    `clauses` are the citations it touches, `added` those it brought, `moved` where old ones went; `do` is what a
    quality management system does about it, in own words.
    """

    id: str
    title: str
    frameworks: tuple[str, ...]
    status: str
    steps: tuple[Step, ...]
    changes: str
    clauses: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)
    do: str = ""
    source: tuple[str, ...] = ()
    confidence: str = "high"


@dataclass(frozen=True, slots=True)
class Changes:
    """Every change that the tool knows, and the day its newest source was read."""

    source: str
    read: date
    changes: tuple[Change, ...]


@cache
def known_changes() -> Changes:
    """Read the changes that the tool brings along, oldest first."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    return Changes(data["source"], date.fromisoformat(data["read"]), tuple(map(_change, data["changes"])))


def _change(entry: Mapping[str, Any]) -> Change:
    rest = dict(entry)
    steps = tuple(
        Step(date.fromisoformat(step["on"]), step["what"], step.get("precision", "day"))
        for step in rest.pop("dates")
    )
    lists = {key: tuple(rest.get(key, ())) for key in ("frameworks", "clauses", "added", "source")}
    return Change(**rest | lists, steps=steps)
