"""`qmsdoc new`: begin a document, or one for each row of a table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import Fatal, Session, open_project

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qmsdoc.cli.new_drafts import Draft, Drafts
    from qmsdoc.drafting.text import Given
    from qmsdoc.types.base import DocumentType


Said = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="A key of the front matter, or the heading of a section, and what it says.",
    ),
]
Attach = Annotated[
    list[Path] | None,
    typer.Option(metavar="FILE", help="A file that belongs to it, such as a scan; it is copied.", dir_okay=False),
]
From = Annotated[
    Path | None,
    typer.Option("--from", help="Begin one for each row of this .csv or .json file.", dir_okay=False),
]
Blank = Annotated[
    bool, typer.Option("--blank", help="Ask nothing; leave empty what nobody said, to be filled in an editor.")
]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(rich_help_panel="Write")(new)


def new(
    context: typer.Context,
    type_name: Annotated[
        str, typer.Argument(metavar="TYPE", help="The document type: sop, capa, complaint, device, …")
    ],
    title: Annotated[str | None, typer.Option(help="The title.")] = None,
    said: Said = None,
    owner: Annotated[str, typer.Option(help="The role that answers for it. Default: the owner of the form.")] = "",
    attach: Attach = None,
    table: From = None,
    folder: Annotated[Path | None, typer.Option(help="Where to put it. Default: the folder of the type.")] = None,
    blank: Blank = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; show what would be written.")] = False,
) -> None:
    """Begin a document from its form, under the next free id over all local branches.

    Asks on a terminal for what is missing.

    Examples:
        qmsdoc new capa --title "Seal of pump head leaks"

        qmsdoc new complaint --title "Display dark" --set lot=BG-2609 --attach letter.pdf

        qmsdoc new supplier --from suppliers.csv
    """
    from qmsdoc.cli.new_drafts import Drafts

    session = open_project(context, may_be_empty=True)
    document_type = _type(session, type_name)
    drafts = Drafts(session, document_type, folder)
    if table:
        given = {"--title": title, "--set": said, "--owner": owner, "--attach": attach, "--blank": blank}
        if together := [name for name, value in given.items() if value]:
            raise Fatal(f"--from and {together[0]} ask for different things", "each row says what it is")
        from qmsdoc.cli.new_rows import new_rows

        begun = new_rows(drafts, table)
    else:
        from qmsdoc.cli.new_said import read_attachments, read_flags

        values = read_flags(drafts, title, owner, said or [])
        attached = read_attachments(attach or [])
        begun = [drafts.begin(values, attached) if blank else _right(drafts, values, attached)]
    if dry_run:
        typer.echo("\n".join(f"would write {path}" for draft in begun for path in draft.files))
        return
    drafts.write(begun)
    for draft in begun:
        typer.echo(draft.path)


def _right(drafts: Drafts, values: dict[str, Given], attached: Mapping[str, bytes]) -> Draft:
    """A document that is right at its first stage; at a terminal it may be left open. Raises Fatal.

    What a check finds in what was not said, such as a role that nobody holds yet, or in what the company did
    is told and is no obstacle.
    """
    from qmsdoc.drafting.text import meaning, needed, part_at
    from qmsdoc.drafting.trial import is_obstacle

    asks = sys.stdin.isatty()
    if asks:
        from qmsdoc.cli.new_ask import ask

        values = ask(drafts, values)
    draft = drafts.begin(values, attached)
    missing = [key for key in needed(drafts.type, draft.values) if key not in draft.values]
    wrong = 0
    for found in drafts.tried([draft]):
        part = part_at(draft.text, found.location.line)
        if part in values or not missing:
            wrong += part in values and is_obstacle(found)
            typer.echo(f"{found.message}{f' ({found.hint})' if found.hint else ''}", err=True)
    for key in missing:
        typer.echo(f"`{key}` is {'still open' if asks else 'missing'}: {meaning(drafts.type, key)}", err=True)
    if wrong or (missing and not asks):
        raise Fatal(
            "nothing was written",
            "say it with --set KEY=VALUE; --blank leaves empty what is to be filled in an editor",
        )
    return draft


def _type(session: Session, name: str) -> DocumentType:
    from qmsdoc.suggest import did_you_mean

    if name not in session.project.types:
        raise Fatal(f"`{name}` is not a document type", did_you_mean(name, session.project.types, limit=40))
    return session.project.types[name]
