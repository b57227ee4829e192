"""What is done with an input. Each raises for what must never happen; what it prints goes nowhere."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from families import Files

TODAY = "2026-11-23"
TOLD = {0, 1, 2}  # exit codes: nothing found, findings, settings that cannot be used


class Crash(Exception):
    """The program ended in a way that is a bug."""


def prepare() -> None:
    """Import what the surfaces use, so that no input is charged for it."""
    import difflib  # noqa: F401, PLC0415
    import zoneinfo  # noqa: F401, PLC0415

    import nh3  # noqa: F401, PLC0415
    import pyromark  # noqa: F401, PLC0415

    from qmsdoc import cache, check, load, own_framework  # noqa: F401, PLC0415
    from qmsdoc.cli import app, validate  # noqa: F401, PLC0415
    from qmsdoc.drafting import rows  # noqa: F401, PLC0415
    from qmsdoc.formats import FORMATS, baseline, render  # noqa: F401, PLC0415
    from qmsdoc.pages import body  # noqa: F401, PLC0415
    from qmsdoc.rule import registry  # noqa: PLC0415
    from qmsdoc.trust import verify  # noqa: F401, PLC0415
    from qmsdoc.types import company  # noqa: F401, PLC0415

    registry()


def validate(root: Path, files: Files) -> None:
    """Load and check the whole repository by the command, in a format that the input decides."""
    from qmsdoc.formats import FORMATS  # noqa: PLC0415

    chosen = FORMATS[sum(map(len, files.values())) % len(FORMATS)]
    _run(root, ["--output-format", chosen])


def baseline(root: Path, files: Files) -> None:
    """Findings held against a baseline."""
    _run(root, ["--baseline", str(root / next(iter(files)))])


def _run(root: Path, options: Sequence[str]) -> None:
    from qmsdoc.cli.app import run  # noqa: PLC0415

    sys.argv = ["qmsdoc", "--root", str(root), "--today", TODAY, "validate", "--no-cache", *options]
    try:
        code = run()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    if code not in TOLD:
        raise Crash(f"exit code {code}")


def page(root: Path, files: Files) -> None:
    """The body of each document as HTML of the handbook."""
    from qmsdoc.document import read_document  # noqa: PLC0415
    from qmsdoc.frontmatter import decode, split  # noqa: PLC0415
    from qmsdoc.pages.body import Surroundings, Target, sections  # noqa: PLC0415
    from qmsdoc.types.registry import builtin  # noqa: PLC0415

    around = Surroundings(Target, Target, lambda source, number: f"<p>{number}: {len(source)}</p>")
    for path in files:
        raw = (root / path).read_bytes()
        document, _ = read_document(path, raw, builtin())
        if document:
            sections(split(decode(raw, path), path)[1], document, around)


def rows(root: Path, files: Files) -> None:
    """The rows of a table for new documents."""
    from qmsdoc.drafting.rows import NotATable, read_rows  # noqa: PLC0415

    for path in files:
        try:
            read_rows((root / path).read_bytes(), path)
        except NotATable as refused:
            if not refused.problem.message:
                raise Crash("refused without a reason") from None


def cache(root: Path, files: Files) -> None:
    """An entry of the cache that somebody or something spoilt; what is taken from it must be fit to be shown."""
    from qmsdoc.cache import Key, read  # noqa: PLC0415
    from qmsdoc.formats import FORMATS, render  # noqa: PLC0415

    found = read(Key(root / next(iter(files)), "x", 0), root, [])
    for name in FORMATS if found else ():
        render(name, found)


SURFACES: dict[str, Callable[[Path, Files], None]] = {
    "validate": validate, "baseline": baseline, "page": page, "rows": rows, "cache": cache,
}  # fmt: skip


def silence(errors: Path) -> None:
    """Send what is printed nowhere, and errors into a file."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
