"""One line of the self-test: what was done, what must be found, what was found, and what that shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Row:
    """Expected against found, as text that a person can compare."""

    name: str
    expected: str
    found: str
    shows: tuple[str, ...]  # ids of functions

    @property
    def as_expected(self) -> bool:
        """Whether the tool did what it must."""
        return self.expected == self.found


def row(name: str, expected: str, find: Callable[[], str], *shows: str) -> Row:
    """A row from a trial; a trial that breaks down is a difference, and never stops the others."""
    try:
        found = find()
    except Exception as error:  # noqa: BLE001 - whatever goes wrong is what was found
        found = f"{type(error).__name__}: {error}"
    return Row(name, expected, found, shows)
