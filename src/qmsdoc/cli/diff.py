"""`qmsdoc diff`: what changed in a document, word by word."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import Fatal, OutputFile, open_project, wants_color, write

if TYPE_CHECKING:
    from datetime import date

    from qmsdoc.cli.session import Session
    from qmsdoc.redline.comparison import Comparison


class RedlineFormat(Enum):
    """How a redline is shown."""

    TERMINAL = "terminal"
    HTML = "html"
    DOCX = "docx"
    JSON = "json"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("diff", rich_help_panel="Read")(diff)


def diff(
    context: typer.Context,
    document_id: Annotated[str, typer.Argument(metavar="ID", help="SOP-001")],
    old: Annotated[
        int | None,
        typer.Argument(metavar="R1", help="From this revision. Default: the last approved one.", min=1),
    ] = None,
    new: Annotated[
        int | None, typer.Argument(metavar="R2", help="To this revision. Default: the working text.", min=1)
    ] = None,
    output_format: Annotated[RedlineFormat, typer.Option(help="How to show it.")] = RedlineFormat.TERMINAL,
    output_file: OutputFile = None,
) -> None:
    """What changed in a document: fields, words, tables, attached files; whatever differs is shown.

    Revisions are read from their approved copies; where there is none, from the history of git, and it says so.
    """
    if output_format is RedlineFormat.DOCX and output_file is None:
        raise Fatal("a Word file is not for the terminal", "add `--output-file redline.docx`")
    session = open_project(context)
    comparison = _compare(session, document_id, old, new)
    for caution in comparison.cautions:
        typer.secho(f"note: {_visible(caution)}", err=True, fg=typer.colors.YELLOW)
    write(
        _rendered(comparison, output_format, session.today, color=output_file is None and wants_color()),
        output_file,
    )


def _compare(session: Session, document_id: str, old: int | None, new: int | None) -> Comparison:
    from qmsdoc.external.git import GitError
    from qmsdoc.lifecycle import statuses
    from qmsdoc.load import SourceChanged
    from qmsdoc.redline.sides import UnknownRevision, redline_of
    from qmsdoc.suggest import did_you_mean

    project = session.project
    try:
        return redline_of(session.root, project, statuses(project, session.today), document_id, old, new)
    except UnknownRevision as error:
        raise Fatal(str(error), error.hint or did_you_mean(document_id, project.by_id, limit=0)) from None
    except SourceChanged as error:
        raise Fatal(str(error), "run it again") from None
    except GitError as error:
        raise Fatal(f"git could not be asked for the revision: {error}") from None


def _rendered(comparison: Comparison, style: RedlineFormat, today: date, *, color: bool) -> str | bytes:
    if style is RedlineFormat.DOCX:
        from datetime import UTC, datetime, time

        from qmsdoc.redline import docx

        author = f"{comparison.old.label} to {comparison.new.label}"
        return docx.render(comparison, author, datetime.combine(today, time(), UTC))
    if style is RedlineFormat.HTML:
        from qmsdoc.redline import html

        return html.render(comparison)
    if style is RedlineFormat.JSON:
        from qmsdoc.redline import json

        return json.render(comparison)
    from qmsdoc.redline import terminal

    return terminal.render(comparison, color=color)


def _visible(text: str) -> str:
    from qmsdoc.visible import visible

    return visible(text)
