"""The functions of the tool that a QMS relies on, with their risk and the tests that cover them.

In the manner of ISO/TR 80002-2 and of the FDA's guidance on computer software assurance: what may fail, what that
does to product or QMS, how probable it is that nobody notices, and testing in proportion to that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qmsdoc.plain_yaml import read_plain
from qmsdoc.resources import data

_WEIGHT = {"high": 3, "medium": 2, "low": 1}
_HIGH, _MEDIUM = 6, 3


@dataclass(frozen=True, slots=True)
class Function:
    """One function: clauses that it serves, failure, effect, and `file::test` names that cover it."""

    id: str
    name: str
    clauses: tuple[str, ...]
    failure: str
    effect: str
    severity: str  # high, medium or low
    unnoticed: str  # how probable it is that nobody notices in time
    reason: str  # for that judgement
    tests: tuple[str, ...]

    @property
    def risk(self) -> str:
        """Severity times the probability that nobody notices."""
        weight = _WEIGHT[self.severity] * _WEIGHT[self.unnoticed]
        return "high" if weight >= _HIGH else "medium" if weight >= _MEDIUM else "low"


def read_functions() -> list[Function]:
    """The functions as they are written down; raises TypeError or KeyError for an entry that is not whole."""
    found = read_plain(data("selftest", "functions.yaml").read_bytes(), {})["functions"]
    return [_function(entry) for entry in found]


def _function(entry: dict[str, Any]) -> Function:
    lists = {name: tuple(entry[name]) for name in ("clauses", "tests")}
    return Function(**{**entry, **lists})
