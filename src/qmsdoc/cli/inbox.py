"""`qmsdoc inbox`: what waits for whom."""

from __future__ import annotations

from typing import Annotated

import typer

from qmsdoc.cli.session import AsTable, Fatal, OutputFile, TableFormat, open_project, show, warn_unread
from qmsdoc.cli.sign import PANEL


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("inbox", rich_help_panel=PANEL)(inbox)


def inbox(
    context: typer.Context,
    person: Annotated[str, typer.Option(metavar="PERSON", help="Only what waits for this person.")] = "",
    drafts: Annotated[
        bool, typer.Option("--drafts", help="Also texts that nobody has submitted yet; they wait for their owner.")
    ] = False,
    output_format: AsTable = TableFormat.TABLE,
    output_file: OutputFile = None,
) -> None:
    """What waits for whom: reviews and approvals, issues, periodic reviews, closures, documents to read.

    What several persons may state waits for each of them. `qmsdoc desk` shows the same as a page and signs there.

    Example:
        qmsdoc inbox --person anna-keller
    """
    from qmsdoc.lifecycle import statuses
    from qmsdoc.suggest import did_you_mean
    from qmsdoc.views import inbox as view

    session = open_project(context)
    state = session.project.trust.latest
    if state is None:
        raise Fatal("no trust state is in force, so nobody can sign", "`qmsdoc trust init` makes one")
    if person and person not in state.people.persons:
        hint = did_you_mean(person, state.people.persons)
        raise Fatal(f"`{person}` is not a person of trust state {state.version}", hint)
    found = statuses(session.project, session.today)
    waiting = view.inbox(session.project, found, session.today, drafts=drafts)
    chosen = [item for item in waiting if not person or item.person == person]
    show(view.inbox_table(chosen), output_format, output_file)
    for item in waiting:
        if item.person == view.NOBODY:
            what = f"{item.meaning.value} of {item.document.id}"
            typer.secho(
                f"nobody may state {what}: no other person holds {item.role}", err=True, fg=typer.colors.YELLOW
            )
    if warn_unread(session):
        raise typer.Exit(1)
