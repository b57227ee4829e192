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

    from qmsdoc.external.git import GitError
    from qmsdoc.load import source
    from qmsdoc.publish import site
    from qmsdoc.publish.origin import read_origin

    session = open_project(context)
    folder = (output or session.root / "build" / "site").resolve()
    try:
        origin = read_origin(session.root)
        result = site.build(
            session.project,
            session.root,
            folder,
            today=session.today,
            commit=origin.commit.short if origin.commit else "",
            dirty=bool(origin.commit and origin.dirty),
            source=partial(source, session.root),
            drafts=session.project.config.site.drafts if drafts is None else drafts,
        )
    except site.SiteError as error:
        raise Fatal(str(error), error.hint) from None
    except GitError as error:
        raise Fatal(str(error), "`qmsdoc doctor` says what is installed") from None
    for note in result.notes:
        typer.secho(f"note: {note}", err=True, fg=typer.colors.YELLOW)
    for problem in result.problems:
        typer.secho(
            f"{problem.location.path}:{problem.location.line}: {problem.message}", err=True, fg=typer.colors.RED
        )
    typer.echo(f"{result.pages} pages in {folder}", err=True)
    if warn_unread(session) or result.problems:
        raise typer.Exit(1)
