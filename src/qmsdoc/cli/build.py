"""`qmsdoc build`: the handbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qmsdoc.cli.session import Fatal, open_project, warn_unread


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(rich_help_panel="Publish")(build)


def build(
    context: typer.Context,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder. Default: build/site.", file_okay=False)
    ] = None,
    drafts: Annotated[
        bool | None,
        typer.Option("--drafts/--no-drafts", help="Show what is not in force, too. Default: as [site] drafts."),
    ] = None,
) -> None:
    """Build the handbook: what is in force, the register, the clause index, who must know what."""
    from functools import partial

    from qmsdoc.external import git
    from qmsdoc.load import source
    from qmsdoc.publish import site

    session = open_project(context)
    commit = git.head(session.root)
    folder = (output or session.root / "build" / "site").resolve()
    try:
        result = site.build(
            session.project,
            session.root,
            folder,
            today=session.today,
            commit=commit.short if commit else "",
            dirty=bool(commit and git.changed_paths(session.root)),
            source=partial(source, session.root),
            drafts=session.project.config.site.drafts if drafts is None else drafts,
        )
    except site.SiteError as error:
        raise Fatal(str(error), error.hint) from None
    for note in result.notes:
        typer.secho(f"note: {note}", err=True, fg=typer.colors.YELLOW)
    for problem in result.problems:
        typer.secho(
            f"{problem.location.path}:{problem.location.line}: {problem.message}", err=True, fg=typer.colors.RED
        )
    typer.echo(f"{result.pages} pages in {folder}", err=True)
    if warn_unread(session) or result.problems:
        raise typer.Exit(1)
