"""The program: its options, its commands, and its exit codes."""

from __future__ import annotations

import errno
import sys
from pathlib import Path
from typing import Annotated

import typer

from qmsdoc.cli import (
    archive,
    build,
    clauses,
    coverage,
    desk,
    diff,
    doctor,
    documents,
    due,
    form,
    inbox,
    init,
    new,
    pdf_sign,
    release,
    rule,
    schema,
    selftest,
    sign,
    summary,
    trail,
    trust,
    validate,
    verify,
    waivers,
)
from qmsdoc.cli.session import Fatal, Settings

INTERNAL_ERROR = 70
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EIO}

app = typer.Typer(
    name="qmsdoc",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 nothing to mend · 1 findings or a failed document · 2 wrong usage or settings, "
    "nothing to check, missing tool · 70 a bug in qmsdoc · 130 interrupted",
)


def _say_version(wanted: bool) -> None:  # noqa: FBT001 - Typer calls it with the value of the flag
    if wanted:
        from qmsdoc import __version__

        typer.echo(f"qmsdoc {__version__}")
        raise typer.Exit


@app.callback()
def program(
    context: typer.Context,
    root: Annotated[
        Path | None,
        typer.Option(help="The QMS repository. Default: the nearest folder upwards with a qmsdoc.toml."),
    ] = None,
    today: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Judge as of this day, 2026-11-30. Default: today at the company."),
    ] = None,
    version: Annotated[  # noqa: ARG001 - answered before anything else is looked at
        bool,
        typer.Option("--version", "-V", help="Show the version and exit.", is_eager=True, callback=_say_version),
    ] = False,
) -> None:
    """A quality management system as documents in git: ISO 13485, MDR and your own processes.

    Documents are Markdown with front matter. qmsdoc checks them, builds the handbook, and makes release PDFs.
    """
    from qmsdoc.scalars import read_date

    try:
        day = read_date(today) if today else None
    except ValueError:
        raise typer.BadParameter(f"`{today}` is not a day; write it as 2026-11-30", param_hint="--today") from None
    context.obj = Settings(root, day)


validate.add_to(app)
summary.add_to(app)
due.add_to(app)
rule.add_to(app)
waivers.add_to(app)
documents.add_to(app)
clauses.add_to(app)
coverage.add_to(app)
new.add_to(app)
form.add_to(app)
init.add_to(app)
build.add_to(app)
release.add_to(app)
archive.add_to(app)
inbox.add_to(app)
sign.add_to(app)
desk.add_to(app)
verify.add_to(app)
pdf_sign.add_to(app)
diff.add_to(app)
trail.add_to(app)
trust.add_to(app)
schema.add_to(app)
doctor.add_to(app)
selftest.add_to(app)


def run() -> int:
    """Run the program; returns its exit code."""
    _write_utf8()
    try:
        try:
            app()
        finally:
            sys.stdout.flush()  # here, where it can still be told that it failed
    except Fatal as error:
        typer.secho(f"qmsdoc: {error}", err=True, fg=typer.colors.RED)
        if error.hint:
            typer.echo(f"  help: {error.hint}", err=True)
        return error.code
    except Exception as error:  # noqa: BLE001 - the last resort of a program: say that this is a bug
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            typer.echo(f"qmsdoc: the output cannot be written: {error.strerror}", err=True)
            return 2
        import traceback

        traceback.print_exc()
        typer.echo("qmsdoc: this is a bug in qmsdoc; please report it with the lines above", err=True)
        return INTERNAL_ERROR
    return 0


def _write_utf8() -> None:
    """All output is UTF-8 with line feeds, on Windows too."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
