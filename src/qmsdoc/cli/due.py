"""`qmsdoc due`: what is late, and what comes due."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from qmsdoc.cli.session import OutputFile, TableFormat, open_project, show, warn_unread, write


class DueFormat(Enum):
    """How it is shown."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("due", rich_help_panel="Check")(due)


def due(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=0, max=366, help="How many days to look ahead.")] = 30,
    output_format: Annotated[DueFormat, typer.Option(help="How to show it.")] = DueFormat.TABLE,
    output_file: OutputFile = None,
) -> None:
    """What is late and what comes due: reviews, actions, renewals, reports; exit 1 where something is late.

    It asks the rules of `validate` as of later days, and tells what they would find. As Markdown it is the text of
    an issue: empty where nothing is due, the same as long as nothing changes.

    Example:
        qmsdoc due --days 60
    """
    from qmsdoc import ahead
    from qmsdoc.formats import reminder
    from qmsdoc.views.due import by_owner, due_table

    session = open_project(context)
    found = ahead.due(session.project, session.problems, session.today, days)
    table = due_table(session.project, found, session.today)
    if output_format is DueFormat.MARKDOWN:
        write(reminder.render(by_owner(table), days, len(session.project.unread)), output_file)
    elif output_format is DueFormat.TABLE:
        shown = ("until", "id", "title", "message", "owner", "responsible", "rule")
        show(table.only(*shown), TableFormat.TABLE, output_file)
    else:
        show(table, TableFormat(output_format.value), output_file)
    late = sum(item.until is None for item in found)
    typer.echo(f"{late} late, {len(found) - late} due within {days} days, as of {session.today}", err=True)
    if warn_unread(session) or late:
        raise typer.Exit(1)
