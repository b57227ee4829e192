"""`qmsdoc waivers`: the findings that somebody accepted."""

from __future__ import annotations

import typer

from qmsdoc.cli.session import AsTable, OutputFile, TableFormat, open_project, show, warn_unread


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(rich_help_panel="Check")(waivers)


def waivers(
    context: typer.Context, output_format: AsTable = TableFormat.TABLE, output_file: OutputFile = None
) -> None:
    """Findings that somebody accepted: with which reason, until when, and how many there are today."""
    from qmsdoc import lifecycle, waiving
    from qmsdoc.check import check
    from qmsdoc.rule import Context
    from qmsdoc.views.waivers import waivers_table

    session = open_project(context)
    findings = check(session.project, session.problems, session.today)
    statuses = lifecycle.statuses(session.project, session.today)
    found, _ = waiving.waivers(Context(session.project, statuses, session.today))
    show(waivers_table(found, findings), output_format, output_file)
    if warn_unread(session):
        raise typer.Exit(1)
