"""`qmsdoc doctor`: what is installed, what is missing, and how to get it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import typer

from qmsdoc.cli.session import AsTable, TableFormat, show

if TYPE_CHECKING:
    from collections.abc import Iterator


class Part(NamedTuple):
    """A program or library: the version found, or None, what needs it, and how to get it."""

    name: str
    version: str | None
    needed_for: str
    how_to_get: str


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(rich_help_panel="Set up")(doctor)


def doctor(output_format: AsTable = TableFormat.TABLE) -> None:
    """What is installed and what is missing: git, pandoc, Typst, the site engine, fonts."""
    from qmsdoc.views.table import Column, Table

    parts = list(_parts())
    columns = [
        Column("part", "Part"),
        Column("version", "Version"),
        Column("needed_for", "Needed for"),
        Column("how_to_get", "How to get it"),
    ]
    rows = [(p.name, p.version or "missing", p.needed_for, "" if p.version else p.how_to_get) for p in parts]
    show(Table("Installed parts", columns, rows), output_format)
    if not all(part.version for part in parts):
        raise typer.Exit(1)


def _parts() -> Iterator[Part]:
    import platform

    from qmsdoc import __version__

    yield Part("qmsdoc", __version__, "everything", "")
    yield Part("Python", platform.python_version(), "everything", "")
    yield Part("git", _git_version(), "history, new, release", "install it from https://git-scm.com")
    site, pdf = "pip install 'qmsdoc[site]'", "pip install 'qmsdoc[pdf]'"
    yield Part("mkdocs", _library("mkdocs"), "build", site)
    yield Part("mkdocs-material", _library("mkdocs-material"), "build", site)
    yield Part("mmdr (Mermaid)", _library("mmdr"), "diagrams", site)
    yield Part("pandoc", _pandoc_version(), "pdf, release", pdf)
    yield Part("Typst", _library("typst"), "pdf, release", pdf)
    yield Part("fonts", _fonts(), "pdf, release", "reinstall qmsdoc")


def _library(name: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _git_version() -> str | None:
    from qmsdoc.external.git import version

    return version()


def _pandoc_version() -> str | None:
    try:
        import pypandoc

        return str(pypandoc.get_pandoc_version())
    except (ImportError, OSError):
        return None


def _fonts() -> str | None:
    from qmsdoc.resources import data

    fonts = sorted(path.stem for path in data("pdf", "fonts").glob("*.[to]tf"))
    return f"{len(fonts)} files" if fonts else None
