"""`qmsdoc new`: begin a document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import Fatal, Session, open_project, write

if TYPE_CHECKING:
    from qmsdoc.types.base import DocumentType


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(rich_help_panel="Write")(new)


def new(
    context: typer.Context,
    type_name: Annotated[
        str, typer.Argument(metavar="TYPE", help="The document type: sop, capa, complaint, device, …")
    ],
    title: Annotated[str, typer.Option(help="The title.")],
    owner: Annotated[str, typer.Option(help="The role that answers for it. Default: the owner of the form.")] = "",
    folder: Annotated[Path | None, typer.Option(help="Where to put it. Default: the folder of the type.")] = None,
) -> None:
    """Begin a document from its form, under the next free id over all local branches.

    Example: qmsdoc new capa --title "Seal of pump head leaks"
    """
    from qmsdoc import drafting
    from qmsdoc.load import source

    session = open_project(context, may_be_empty=True)
    title = _title(title)
    document_type = _type(session, type_name)
    form = drafting.form_for(document_type, session.project)
    document_id = drafting.next_id(document_type, _taken_ids(session))
    owner = _role(session, owner) or (form.text("owner") if form else "")
    values = drafting.defaults(document_type, document_id, title, owner, session.today)
    template = source(session.root, form).body if form else None
    text = drafting.front_matter(document_type, values) + _body(template, document_type, values)
    path = _folder(session, document_type, folder) / drafting.file_name(document_id, title)
    if path.exists():
        raise Fatal(f"{path} is already there", "choose another title, or remove the file")
    path.parent.mkdir(parents=True, exist_ok=True)
    write(text, path)
    typer.echo(path.relative_to(session.root).as_posix())


def _type(session: Session, name: str) -> DocumentType:
    from qmsdoc.suggest import did_you_mean

    if name not in session.project.types:
        raise Fatal(f"`{name}` is not a document type", did_you_mean(name, session.project.types, limit=40))
    return session.project.types[name]


def _title(title: str) -> str:
    from qmsdoc.scalars import read_text

    if any(not char.isprintable() for char in title):
        raise Fatal("the title holds a line feed or another character that nobody sees", "write it as one line")
    if title.strip().startswith("n/a"):
        raise Fatal("the title cannot be `n/a`")
    try:
        return read_text(title)
    except ValueError:
        raise Fatal("the title is empty") from None


def _role(session: Session, owner: str) -> str:
    from qmsdoc.suggest import did_you_mean

    roles = session.project.people.roles
    if owner and roles and owner not in roles:
        raise Fatal(f"`{owner}` is not a role", did_you_mean(owner, roles))
    return owner


def _taken_ids(session: Session) -> set[str]:
    """Ids of this folder and, where it is a git repository, of every local branch."""
    from qmsdoc.external import git
    from qmsdoc.scalars import id_from_name

    return set(session.project.known_ids) | {id_from_name(path) for path in git.paths_on_branches(session.root)}


def _body(template: str | None, document_type: DocumentType, values: dict[str, str]) -> str:
    from qmsdoc import drafting

    try:
        return "\n" + drafting.body(template, document_type, values).lstrip("\n")
    except Exception as error:  # noqa: BLE001 - a form is a small program; whatever it does wrong is its own mistake
        raise Fatal(
            f"the form of {document_type.name} cannot be filled: {error}", "mend the form in templates/"
        ) from None


def _folder(session: Session, document_type: DocumentType, folder: Path | None) -> Path:
    if folder is None:
        return session.root / document_type.folder
    chosen = folder.resolve()
    if not chosen.is_relative_to(session.root / document_type.folder):
        raise Fatal(
            f"documents of type {document_type.name} do not lie in {folder}",
            f"choose a folder below {document_type.folder}/",
        )
    return chosen
