"""Runs the parts of the self-test, each in a folder of its own, and tells what came of them."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.selftest import defects, outputs, releases, states, tamper
from qmsdoc.selftest.environment import Part as Tool
from qmsdoc.selftest.environment import environment, lacking
from qmsdoc.selftest.functions import Function, read_functions
from qmsdoc.selftest.row import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime


class Part(NamedTuple):
    """A part of the self-test: what it needs, and whether `--quick` leaves it out."""

    title: str
    rows: Callable[[Path], Iterator[Row]]
    tools: tuple[str, ...] = ()
    slow: bool = False


PARTS = (
    Part("Seeded defects", defects.rows),
    Part("States, policy and coverage", states.rows, ("ssh-keygen",)),
    Part("Tampering", tamper.rows, ("ssh-keygen", "git")),
    Part("Exit codes", outputs.exit_codes, ("ssh-keygen", "git", "pandoc", "typst")),
    Part("PDF", outputs.pdfs, ("ssh-keygen", "pandoc", "typst")),
    Part("Release", releases.rows, ("ssh-keygen", "pandoc", "typst")),
    Part("Handbook", outputs.handbook, ("ssh-keygen", "mkdocs", "mkdocs-material"), slow=True),
)


@dataclass(frozen=True)
class Done:
    """A part that was run, or why it was not; `left_out` where that was wanted."""

    title: str
    rows: tuple[Row, ...] = ()
    not_run: str = ""
    left_out: bool = False


@dataclass(frozen=True)
class Result:
    """A whole self-test."""

    made_at: datetime
    parts: Sequence[Done]
    tools: Sequence[Tool]
    functions: Sequence[Function]

    @property
    def rows(self) -> list[Row]:
        """The rows of all parts."""
        return [row for part in self.parts for row in part.rows]

    @property
    def differences(self) -> list[Row]:
        """Rows in which something else was found than must be."""
        return [row for row in self.rows if not row.as_expected]

    @property
    def not_run(self) -> list[Done]:
        """Parts that could not be run."""
        return [part for part in self.parts if part.not_run and not part.left_out]

    @property
    def exit_code(self) -> int:
        """0 where all was as expected, 1 where something was not, 2 where a part could not be run."""
        return 1 if self.differences else 2 if self.not_run else 0

    def shown(self, function: Function) -> tuple[int, int]:
        """How many rows show a function, and how many of them are as expected."""
        mine = [row for row in self.rows if function.id in row.shows]
        return len(mine), sum(row.as_expected for row in mine)


def run(now: datetime, *, quick: bool = False, progress: Callable[[Done], None] = lambda _: None) -> Result:
    """Run every part; nothing outside a temporary folder is written, and no host is asked.

    now: with offset, for the report only; the sample has its own clock.
    """
    done = []
    for part in PARTS:
        done.append(_run(part, quick=quick))
        progress(done[-1])
    return Result(now, done, environment(), read_functions())


def _run(part: Part, *, quick: bool) -> Done:
    if quick and part.slow:
        return Done(part.title, (), "left out by --quick", left_out=True)
    if missing := [tool for tool in part.tools if lacking(tool)]:
        return Done(part.title, (), f"not installed: {', '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="qmsdoc-") as folder:
        return Done(part.title, tuple(_whole(part.rows(Path(folder)))))


def _whole(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows of a part; where it breaks down before its end, that is a difference."""
    try:
        yield from rows
    except Exception as error:  # noqa: BLE001 - whatever goes wrong is what was found
        yield Row("everything that follows", "can be tried", f"{type(error).__name__}: {error}", ())
