"""What the MDR and the IVDR ask of manufacturers beside what ISO 13485 asks: our own analysis, not Annex ZA."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Literal

from qmsdoc.catalog import DATA

FILE = DATA / "crosswalk" / "mdr-iso-13485.json"
Coverage = Literal["covered", "partly", "not covered"]


@dataclass(frozen=True, slots=True)
class Match:
    """One duty of the regulations and the ISO 13485 clauses that answer it.

    `asks` is the duty and `adds` what it asks beyond ISO 13485, both in own words. `needed` are clauses that no
    manufacturer can declare not applicable, because the duty is everybody's.
    """

    mdr: tuple[str, ...]
    ivdr: tuple[str, ...]
    iso: tuple[str, ...]
    coverage: Coverage
    asks: str
    adds: str = ""
    needed: tuple[str, ...] = ()
    confidence: str = "high"

    def refs(self, regulation: str) -> tuple[str, ...]:
        """The references of the duty in `MDR` or `IVDR`."""
        return {"MDR": self.mdr, "IVDR": self.ivdr}.get(regulation, ())


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """All matches, and what they rest on."""

    title: str
    source: str
    matches: tuple[Match, ...]


@cache
def crosswalk() -> Crosswalk:
    """Read the crosswalk that the tool brings along."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    lists = ("mdr", "ivdr", "iso", "needed")
    matches = (Match(**row | {key: tuple(row.get(key, ())) for key in lists}) for row in data["rows"])
    return Crosswalk(data["title"], data["source"], tuple(matches))
