"""`qmsdoc verify` and `qmsdoc checkpoint`: whether what is signed holds, and a witness that it was there."""

from __future__ import annotations

from typing import Annotated

import typer

from qmsdoc.cli.session import OutputFile, open_project, write
from qmsdoc.cli.sign import DEFAULT_KEY, PANEL, KeyOption, Refused, expected
from qmsdoc.cli.validate import FindingsFormat, shown


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command(rich_help_panel=PANEL)(verify)
    app.command(rich_help_panel=PANEL)(checkpoint)


def verify(
    context: typer.Context,
    anchor: Annotated[
        list[str] | None,
        typer.Option(metavar="SHA256", help="A digest you know from outside: `sha256:…` of `qmsdoc trust show`."),
    ] = None,
    output_format: Annotated[
        FindingsFormat, typer.Option(metavar="FORMAT", help="How to show findings, as in `validate`.")
    ] = FindingsFormat.FULL,
    output_file: OutputFile = None,
) -> None:
    """Check all that is signed: trust states, acts, what they are about, copies, policy, checkpoints, history.

    Exit 0 only when everything was checked and holds; 1 when something does not hold; 2 when something could
    not be checked. Works on an export without git, too.

    Example:
        qmsdoc verify --anchor sha256:0b45be…
    """
    from qmsdoc.signing.verification import verify as verify_all

    session = open_project(context, may_be_empty=True, anchor=" ".join(anchor or []))
    result = verify_all(session.root, session.project, session.problems, session.today)
    write(shown(session.root, result.findings, output_format, output_file), output_file)
    counts = ", ".join(f"{number} {what}" for what, number in result.counts)
    typer.echo(f"checked {counts}, as of {session.today}", err=True)
    for note in result.unchecked:
        typer.secho(f"not checked: {note}", err=True, fg=typer.colors.YELLOW)
    wrong = [d for d in result.findings.open if d.code != "QD716"]
    if wrong:
        typer.secho(f"{len(wrong)} of what is signed does not hold", err=True, fg=typer.colors.RED)
        raise typer.Exit(1)
    if result.unchecked:
        raise typer.Exit(2)
    typer.echo("everything that is signed holds", err=True)


def checkpoint(context: typer.Context, key: KeyOption = DEFAULT_KEY) -> None:
    """Witness which acts are there, with a key that the trust state names for it; CI runs it after each merge."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from qmsdoc.external import git
    from qmsdoc.signing import authority, keyfile, stored
    from qmsdoc.signing.verification import verify as verify_all
    from qmsdoc.trust import keys
    from qmsdoc.trust.checkpoint import compose

    session = open_project(context)
    project = session.project
    with expected():
        state, found = authority.latest(project), keyfile.find_key(key)
        entry = state.keys.find(found.blob)
        if entry is None or keys.CHECKPOINT not in entry.purposes:
            raise Refused(
                f"trust state {state.version} does not know this key for checkpoints", "`qmsdoc trust add`"
            )
        wrong = [
            d
            for d in verify_all(session.root, project, session.problems, session.today).findings.open
            if d.code != "QD716"
        ]
        if wrong:
            raise Refused(
                f"{len(wrong)} of what is signed does not hold, so it is not witnessed", "`qmsdoc verify`"
            )
        witnessed = {digest for known in project.checkpoints for digest in known.acts}
        new = [act.digest for act in project.acts if act.digest not in witnessed]
        last = project.checkpoints[-1] if project.checkpoints else None
        head = git.head(session.root)
        if last and not new:
            typer.echo(f"checkpoint {last.number} names every act already", err=True)
            return
        now = datetime.now(ZoneInfo(project.config.company.time_zone)).replace(microsecond=0)
        path, payload = compose(state, last, head.id if head else "", new, now.isoformat())
        (signature,) = keyfile.sign(found, keys.CHECKPOINT, [payload])
        stored.write(session.root, {path: payload, f"{path}.sig": signature})
    typer.echo(path)
    typer.echo(f"witnesses {len(new)} more acts; commit it, and keep a copy in a second place", err=True)
