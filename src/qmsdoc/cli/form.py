"""`qmsdoc form`: forms as blank sheets, for people who write by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import Fatal, Session, open_project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmsdoc.project import Document


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(rich_help_panel="Write")(form)


def form(
    context: typer.Context,
    types: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TYPE]...", help="What a form makes, or its id: complaint, FRM-010. Default: all."
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The folder for the PDFs.", file_okay=False)
    ] = Path("build/forms"),
) -> None:
    """Make blank forms as PDFs to print; the scan comes back with `qmsdoc new TYPE --attach`.

    Example: qmsdoc form complaint nonconformity
    """
    from qmsdoc.cli.session import write
    from qmsdoc.lifecycle import latest, statuses
    from qmsdoc.load import source
    from qmsdoc.publish.blank_form import blank_form, sheet_name
    from qmsdoc.publish.printed import NotMade

    session = open_project(context)
    project, newest = session.project, latest(statuses(session.project, session.today))
    made = {}
    for document in _forms(session, types or []):
        status = newest[document.id]
        template = source(session.root, status.document).body
        try:
            kind = project.types[status.document.text("makes")]
            made[sheet_name(status)] = blank_form(status, kind, template, project, session.today)
        except ImportError:
            raise Fatal("Typst is not installed", "pip install 'qmsdoc[pdf]'") from None
        except NotMade as error:
            raise Fatal(f"{document.id}: {error}") from None
    output.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        write(data, output / name)
        typer.echo(output / name)


def _forms(session: Session, wanted: Sequence[str]) -> list[Document]:
    """The forms of some types, or all; raises Fatal for what no form makes."""
    from qmsdoc.suggest import did_you_mean

    forms = [d for d in session.project.by_type.get("form", ()) if d.text("makes") in session.project.types]
    known = {form.id: form for form in forms} | {form.text("makes"): form for form in forms}
    if not forms:
        raise Fatal("there is no form here", "forms lie in templates/")
    for name in wanted:
        if name not in known:
            raise Fatal(f"no form is called `{name}`, or makes it", did_you_mean(name, known, limit=0))
    return [known[name] for name in wanted] or forms
