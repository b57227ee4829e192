"""`qmsdoc desk`: the inbox as a page on this machine, to read and to sign."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import Fatal, anchors, open_project
from qmsdoc.cli.sign import DEFAULT_KEY, PANEL, expected

if TYPE_CHECKING:
    from qmsdoc.cli.session import Session
    from qmsdoc.desk.office import Office


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("desk", rich_help_panel=PANEL)(desk)


def desk(
    context: typer.Context,
    person: Annotated[
        str, typer.Option(metavar="PERSON", help="Only show what waits for this person; nothing is signed.")
    ] = "",
    key: Annotated[
        Path | None,
        typer.Option(envvar="QMSDOC_KEY", help=f"Your private SSH key. Default: {DEFAULT_KEY}."),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Default: any free one.")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
) -> None:
    """Open a page from which a person without git reads what waits for them, and signs it with their key.

    The page is for this machine and this person alone: its address works once, in one browser. It ends with
    Ctrl-C, or when nobody has used it for half an hour. Nothing is committed.
    """
    from qmsdoc.desk.server import Desk

    office = _office(open_project(context), person, key)
    try:
        server = Desk(office, port)
    except OSError as error:
        raise Fatal(f"port {port} cannot be used: {error.strerror}", "leave out --port for any free one") from None
    with server:
        typer.echo(server.gate.address)
        whose = f"the desk of {office.person}" + (
            "" if office.key else ", without a key: it shows and does not sign"
        )
        typer.echo(f"{whose}; Ctrl-C ends it", err=True)
        if not no_browser:
            import webbrowser

            webbrowser.open(server.gate.address)
        typer.echo(f"ended: {server.serve()}", err=True)


def _office(session: Session, person: str, key: Path | None) -> Office:
    """Whose desk it is: of the person to whom the key belongs, or of a person who only looks."""
    from qmsdoc.desk.office import Office
    from qmsdoc.signing import keyfile
    from qmsdoc.signing.authority import latest, signatory
    from qmsdoc.suggest import did_you_mean

    with expected():
        persons = latest(session.project).people.persons
        if person and person not in persons:
            raise Fatal(f"`{person}` is not a person of the trust state in force", did_you_mean(person, persons))
        if person and key is None:
            return Office(session.root, person, None, "", anchors())
        found = keyfile.find_key(key or DEFAULT_KEY)
        signer = signatory(session.project, found, person)
        return Office(session.root, signer.key, found, found.protection, anchors())
