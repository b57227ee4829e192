"""`qmsdoc schema`: JSON Schemas of the document types, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qmsdoc.cli.session import Fatal, open_project, write

commands = typer.Typer(no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the command family."""
    app.add_typer(
        commands,
        name="schema",
        rich_help_panel="Write",
        help="JSON Schemas of the document types, for editors.",
    )


@commands.callback()
def family() -> None:
    """JSON Schemas of the document types, for editors."""


@commands.command()
def export(
    context: typer.Context,
    output: Annotated[
        Path | None, typer.Option(help="Folder. Default: schemas/ of the repository.", file_okay=False)
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a file is out of date.")
    ] = False,
) -> None:
    """Write one `TYPE.schema.json` for each document type."""
    from qmsdoc.schema import schemas

    session = open_project(context, may_be_empty=True)
    folder = output or session.root / "schemas"
    texts = schemas(session.project.types)
    stale = []
    for name, text in texts.items():
        path = folder / f"{name}.schema.json"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(path)
            if not check:
                _make(folder)
                write(text, path)
    verb = "out of date" if check else "written"
    typer.echo(f"{len(stale)} of {len(texts)} schemas {verb} in {folder}", err=True)
    if check and stale:
        raise typer.Exit(1)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Fatal(f"{folder} cannot be made: {error.strerror}") from None
