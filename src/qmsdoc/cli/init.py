"""`qmsdoc init`: begin the QMS of a company."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qmsdoc.cli.init_ask import DECISIVE
from qmsdoc.cli.session import Fatal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from qmsdoc.config import Config
    from qmsdoc.starter.answers import Given

_COMPANY, _DEVICES = "The company", "Properties of devices that do not say it themselves"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(rich_help_panel="Write")(init)


def _text(text: str, shape: str | None = None) -> Any:
    return typer.Option(metavar=shape, help=text, rich_help_panel=_COMPANY)


def _property(name: str, text: str) -> Any:
    return typer.Option(f"--{name}/--no-{name}", help=text, rich_help_panel=_DEVICES)


Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder; made where there is none.")]
Name = Annotated[str, _text("Name of the company.")]
Roles = Annotated[list[str] | None, _text("Its role under MDR or IVDR: manufacturer (default), importer, …")]
Devices = Annotated[
    list[str] | None,
    _text('A device: "Pump:IIb" or "Pump:IIb:sterile,not software,rule 12".', "NAME:CLASS[:PROPERTY,…]"),
]
Facts = Annotated[list[str] | None, _text("What it does or is: servicing, installation=no, …", "FACT[=no]")]
Frameworks = Annotated[
    list[str] | None, _text("What it works to. Default: ISO 13485, the regulation of its devices, own goals.")
]
Holders = Annotated[list[str] | None, _text('Who holds a role of the QMS: "prrc=Mira Brandt".', "ROLE=NAME")]
Accounts = Annotated[list[str] | None, _text("Account on GitHub or GitLab, for CODEOWNERS.", "ROLE=@HANDLE")]
Zone = Annotated[str, _text("Where its days begin and end. Default: UTC.")]
Language = Annotated[str, _text("Its language. Default: en.")]
Software = Annotated[bool | None, _property("software", "Is or contains software.")]
Sterile = Annotated[bool | None, _property("sterile", "Placed on the market sterile.")]
Implantable = Annotated[bool | None, _property("implantable", "Implantable device.")]
Measuring = Annotated[bool | None, _property("measuring", "Has a measuring function.")]
Reusable = Annotated[bool | None, _property("reusable", "Reusable surgical instrument, or reprocessed by users.")]
Example = Annotated[bool, typer.Option("--example", help="The example manufacturer with its records.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="List the files; write nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing.")]


def init(
    context: typer.Context,
    folder: Folder = Path(),
    name: Name = "",
    role: Roles = None,
    device: Devices = None,
    fact: Facts = None,
    framework: Frameworks = None,
    holder: Holders = None,
    account: Accounts = None,
    time_zone: Zone = "",
    language: Language = "",
    software: Software = None,
    sterile: Sterile = None,
    implantable: Implantable = None,
    measuring: Measuring = None,
    reusable: Reusable = None,
    example: Example = False,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Begin a QMS: the documents that apply to the company, as drafts, with settings, forms and CI.

    Asks on a terminal. What is there already stays as it is, so it is safe to run again.

    Examples:
        qmsdoc init my-qms

        qmsdoc init my-qms --name "My Medical GmbH" --device "WoundTrace:IIa:software,rule 11"

        qmsdoc init demo --example
    """
    from qmsdoc.config import ConfigError
    from qmsdoc.starter.answers import AnswerError, Given

    stated = dict(zip(DECISIVE, (software, sterile, implantable, measuring, reusable), strict=True))
    given = Given(
        name=name,
        roles=tuple(role or ()),
        devices=tuple(device or ()),
        properties={fact: value for fact, value in stated.items() if value is not None},
        facts=tuple(fact or ()),
        frameworks=tuple(framework or ()),
        holders=tuple(holder or ()),
        accounts=tuple(account or ()),
        time_zone=time_zone,
        language=language,
    )
    try:
        _begin(context, folder, given, example=example, dry_run=dry_run, asks=sys.stdin.isatty() and not yes)
    except (AnswerError, ConfigError) as error:
        raise Fatal(str(error), error.hint) from None
    except OSError as error:
        raise Fatal(f"{error.filename or folder} cannot be written: {error.strerror or error}") from None


def _begin(
    context: typer.Context, folder: Path, given: Given, *, example: bool, dry_run: bool, asks: bool
) -> None:
    from qmsdoc.cli.init_report import listed, said
    from qmsdoc.landing import land
    from qmsdoc.starter import place, plan, reading
    from qmsdoc.starter.model import read_model

    root = folder.resolve()
    place.refuse(root)
    model = read_model()
    before = _settings(root)
    if example:
        reading.refuse_answers(given, model, before)
        files = plan.example(model, reading.accounts(given, model))
    else:
        given = _asked(given, model.project.people.roles, before) if asks else given
        answers = reading.answers(given, model, before)
        today = context.obj.today or _today(answers.time_zone)
        files = plan.company(answers, model, today, place.devices_in(root, plan.DEVICES))
    kept = place.there(root, files)
    new = {path: data for path, data in sorted(files.items()) if path not in kept}
    place.refuse(root, new)
    if dry_run:
        typer.echo(listed(new, kept), nl=False)
        return
    if asks and not typer.confirm(f"Write {len(new)} files into {root}?", default=True):
        raise typer.Abort
    land(root, new)
    typer.echo(said(root, new, kept, model), nl=False)


def _settings(root: Path) -> Config | None:
    """The settings of a QMS that was begun here before; raises ConfigError."""
    from qmsdoc.load import NotARepository, load_config

    try:
        return load_config(root)
    except NotARepository:
        return None


def _asked(given: Given, roles: Mapping[str, str], before: Config | None) -> Given:
    """Ask, unless a QMS was begun here before: what it says of the company stays."""
    from qmsdoc.cli.init_ask import ask

    return given if before else ask(given, roles)


def _today(time_zone: str) -> date:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo(time_zone)).date()
