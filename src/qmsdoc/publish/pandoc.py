"""Markdown to Typst markup by pandoc, many bodies by one Lua script."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from qmsdoc.external import process
from qmsdoc.resources import data

if TYPE_CHECKING:
    from collections.abc import Sequence


class Converted(NamedTuple):
    """The markup of one body and its structure as pandoc read it; or an error, and the table that it is about."""

    typst: str = ""
    structure: Sequence[str] = ()
    error: str = ""
    table: int = 0


def program() -> str:
    """The pandoc that comes with the `pdf` extra; raises ProgramError when it is not there."""
    try:
        import pypandoc  # noqa: PLC0415 - an extra

        return str(pypandoc.get_pandoc_path())
    except (ImportError, OSError):
        why = "pandoc is not installed: pip install 'qmsdoc[pdf]'"
        raise process.ProgramError(["pandoc"], None, why=why) from None


def version() -> str:
    """The version of pandoc."""
    return process.run([program(), "--version"], timeout=30).decode().split()[1]


def convert(jobs: Sequence[dict[str, Any]], limit: float) -> list[Converted]:
    """Convert a batch; when it fails or takes more than `limit` seconds, each body is tried alone."""
    try:
        return _batch(jobs, limit)
    except process.ProgramError as error:
        if len(jobs) == 1:
            return [Converted(error=f"pandoc: {error}")]
        return [converted for job in jobs for converted in convert([job], limit)]


def _batch(jobs: Sequence[dict[str, Any]], limit: float) -> list[Converted]:
    argv = [program(), "+RTS", "-M1g", "-RTS", "lua", str(data("pdf", "convert.lua"))]
    lines = process.run(argv, stdin=json.dumps(jobs).encode(), timeout=limit).splitlines()
    return [Converted(**json.loads(line)) for line in lines]
