"""What every measurement needs: where to work, how big, how often; and a line of the result."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import corpus
import timing

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
PYTHON = sys.executable
BIN = Path(sys.executable).parent


class Line(NamedTuple):
    """One line of the result: a ratio and its target, or why there is none."""

    what: str
    measured: float | None
    target: float | None = None
    at_least: bool = False
    unit: str = "×"  # noqa: RUF001 - the sign is meant
    aside: str = ""  # seconds and circumstances, or why it was not measured

    @property
    def verdict(self) -> str:
        """Whether the target was met."""
        if self.measured is None or self.target is None:
            return "not measured"
        met = self.measured >= self.target if self.at_least else self.measured <= self.target
        return "met" if met else "not met"

    def cells(self) -> tuple[str, ...]:
        """The line as text."""
        measured = "" if self.measured is None else f"{self.measured:.3g} {self.unit}"
        target = "" if self.target is None else f"{'≥' if self.at_least else '≤'} {self.target:g} {self.unit}"
        return self.what, measured, target, self.verdict, self.aside


@dataclass
class Bench:
    """A folder for all that is made, the number of documents, and the number of rounds."""

    scratch: Path
    size: int
    made: dict[int, Path] = field(default_factory=dict)

    @property
    def rounds(self) -> int:
        """Fewer for what takes long."""
        return 3 if self.size > 2000 else 5

    def corpus(self, size: int) -> Path:
        """A repository of that size, made once."""
        if size not in self.made:
            self.made[size] = self.scratch / f"corpus-{size}"
            self.made[size].mkdir()
            corpus.write(self.made[size], size)
        return self.made[size]

    def fresh(self, name: str) -> Path:
        """A path in the scratch folder at which nothing is yet."""
        number = 0
        while (path := self.scratch / f"{name}-{number}").exists():
            number += 1
        return path


def qmsdoc(root: Path, *arguments: str) -> list[str]:
    """The argument list of a command on a repository."""
    return [str(BIN / "qmsdoc"), "--root", str(root), "--today", corpus.TODAY, *arguments]


def validate(root: Path) -> list[str]:
    """`qmsdoc validate` without a cache, where there is one."""
    return qmsdoc(root, "validate", *(["--no-cache"] if has_cache() else []))


def has_cache() -> bool:
    """Whether `qmsdoc validate` keeps results."""
    return b"--no-cache" in timing.run([str(BIN / "qmsdoc"), "validate", "--help"]).output


def has_command(name: str) -> bool:
    """Whether qmsdoc has a command."""
    lines = timing.run([str(BIN / "qmsdoc"), "--help"]).output.decode().splitlines()
    return any(line.strip("│ ").split(" ")[0] == name for line in lines)


def reference(*arguments: str) -> list[str]:
    """The reference program, started as a console script starts a program, its bytecode cached."""
    start = f"import sys; sys.path.insert(0, {str(HERE)!r}); from reference_app import app; app()"
    return [PYTHON, "-c", start, *arguments]


def inside(*arguments: str) -> dict[str, float]:
    """What `inside.py` measured."""
    told: dict[str, float] = json.loads(timing.run([PYTHON, str(HERE / "inside.py"), *arguments]).output)
    return told


def show_seconds(*values: float) -> str:
    """Seconds as an aside: what was measured, then what it is compared with."""
    return " : ".join(f"{value:.3g} s" for value in values)


def table(lines: Sequence[Line]) -> str:
    """The lines as a table; the asides are not aligned."""
    rows = [("what", "measured", "target", "verdict", "aside"), *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4])).rstrip()
        for row in rows
    )
