"""What every command needs first: the repository, the project, and today."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from qmsdoc.config import Config
    from qmsdoc.diagnostics import Problem
    from qmsdoc.project import Project
    from qmsdoc.signed import Anchors
    from qmsdoc.views.table import Table


class Fatal(Exception):
    """Wrong usage, settings or environment: one line, a hint, exit 2."""

    code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of the program."""

    root: Path | None
    today: date | None


@dataclass(frozen=True, slots=True)
class Session:
    """A loaded repository."""

    root: Path
    project: Project
    problems: Sequence[Problem]
    today: date


class TableFormat(Enum):
    """How a table is shown."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


OutputFile = Annotated[
    Path | None,
    typer.Option("--output-file", "-o", help="Write into this file, whole or not at all.", dir_okay=False),
]
AsTable = Annotated[TableFormat, typer.Option("--output-format", help="How to show it.")]


def repository(context: typer.Context) -> Path:
    """The root of the QMS repository; raises Fatal."""
    from qmsdoc.load import NotARepository, find_root

    settings: Settings = context.obj
    try:
        return settings.root.resolve() if settings.root else find_root(Path.cwd())
    except NotARepository as error:
        raise Fatal(str(error), error.hint) from None


def open_project(
    context: typer.Context, *, may_be_empty: bool = False, anchor: str = "", prose: bool = False
) -> Session:
    """Load the repository; raises Fatal for what stands in `qmsdoc.toml` or when nothing is there to read.

    anchor: digests of trust states known from outside, separated by spaces.
    prose: keep the sentences of documents, for the rules that read them.
    """
    import gc

    from qmsdoc.config import ConfigError
    from qmsdoc.load import load
    from qmsdoc.share import nothing_collected

    root = repository(context)
    config, today = open_config(context, root)
    with nothing_collected():
        try:
            project, problems = load(root, config=config, today=today, anchors=anchors(anchor), prose=prose)
        except ConfigError as error:
            raise Fatal(str(error), error.hint) from None
        gc.freeze()  # the project lives as long as this process; the collector need not look through it again
    if not project.documents and not project.unread and not may_be_empty:
        raise Fatal(
            f"no documents in {root}",
            "put them into sops/, records/ or templates/; `qmsdoc new sop` begins one",
        )
    return Session(root, project, problems, today)


def anchors(given: str = "") -> Anchors:
    """What is known of trust states from outside the repository: as given, from the environment, from the user."""
    import os

    from qmsdoc.anchors import read_anchors
    from qmsdoc.signed import Anchors

    named = given or os.environ.get("QMSDOC_ANCHOR", "")
    return Anchors(tuple(named.split()), read_anchors())


def open_config(context: typer.Context, root: Path) -> tuple[Config, date]:
    """Read `qmsdoc.toml`, and the day as of which to judge; raises Fatal for what stands in it."""
    from qmsdoc.config import ConfigError
    from qmsdoc.load import load_config

    try:
        config = load_config(root)
    except ConfigError as error:
        raise Fatal(str(error), error.hint) from None
    return config, context.obj.today or _today(config.company.time_zone)


def _today(time_zone: str) -> date:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo(time_zone)).date()


def refuse_together(given: dict[str, bool]) -> None:
    """Raise Fatal where more than one of some options is given that ask for different things."""
    found = [name for name, is_given in given.items() if is_given]
    if len(found) > 1:
        raise Fatal(f"{' and '.join(found)} ask for different things", "give one of them")


def warn_unread(session: Session) -> bool:
    """Say on standard error which documents and frameworks are missing from a result; true if there are any."""
    unread = [key for key in session.project.config.frameworks if key not in session.project.catalogs]
    for key in unread:
        typer.secho(f"missing: framework {key}: its file cannot be read", err=True, fg=typer.colors.YELLOW)
    for path in sorted(session.project.unread):
        reason = next((p.message for p in session.problems if p.location.path == path), "")
        typer.secho(f"missing: {path}: {reason}", err=True, fg=typer.colors.YELLOW)
    return bool(session.project.unread or unread)


def write(content: str | bytes, output_file: Path | None) -> None:
    """Print, or write a file so that it is there whole or not at all."""
    data = content if isinstance(content, bytes) else content.encode(errors="backslashreplace")
    if output_file is None:
        sys.stdout.write(data.decode())
        return
    import os
    import tempfile

    part = None
    try:
        handle, name = tempfile.mkstemp(dir=output_file.parent, prefix=f".{output_file.name}.")
        part = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        part.chmod(0o644)
        part.replace(output_file)
    except OSError as error:
        raise Fatal(f"{output_file} cannot be written: {error.strerror}") from None
    finally:
        if part:
            part.unlink(missing_ok=True)  # it is there only where something went wrong


def wants_color() -> bool:
    """Colour on a terminal, unless the environment says otherwise (https://no-color.org)."""
    import os

    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def show(table: Table, style: TableFormat, output_file: Path | None = None) -> None:
    """Write a table as people or programs read it."""
    if not table.rows and style is TableFormat.TABLE and output_file is None:
        typer.echo(f"{table.title}: nothing to show", err=True)
        return
    write(rendered(table, style, output_file), output_file)


def rendered(table: Table, style: TableFormat, output_file: Path | None = None) -> str:
    """A table as text; within the width of the terminal where it is shown on one."""
    from qmsdoc.views import render

    if style is TableFormat.TABLE and output_file is None and sys.stdout.isatty():
        from rich.console import Console

        width = Console().width
    else:
        width = None
    renderers = {TableFormat.JSON: render.as_json, TableFormat.CSV: render.as_csv}
    return renderers[style](table) if style in renderers else render.as_text(table, width)
