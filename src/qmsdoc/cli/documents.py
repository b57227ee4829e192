"""`qmsdoc list` and `qmsdoc show`: what there is, and in which state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import AsTable, Fatal, OutputFile, Session, TableFormat, open_project, show, warn_unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Document
    from qmsdoc.views.stats import Flow
    from qmsdoc.views.table import Table


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("list", rich_help_panel="Read")(list_documents)
    app.command("show", rich_help_panel="Read")(show_document)


def list_documents(
    context: typer.Context,
    type_name: Annotated[str | None, typer.Option("--type", help="Only this document type.")] = None,
    state: Annotated[str | None, typer.Option(help="Only this state: effective, draft, open, …")] = None,
    with_stats: Annotated[
        bool, typer.Option("--stats", help="Instead: length, reading ease, and whether each flow fits a screen.")
    ] = False,
    output_format: AsTable = TableFormat.TABLE,
    output_file: OutputFile = None,
) -> None:
    """The register: every document with its revision, state, owner and dates.

    Example: qmsdoc list --type sop --stats
    """
    from qmsdoc.lifecycle import State, statuses
    from qmsdoc.suggest import did_you_mean
    from qmsdoc.views.register import register

    session = open_project(context)
    states = [value.value for value in State]
    if type_name and type_name not in session.project.types:
        raise Fatal(
            f"`{type_name}` is not a document type", did_you_mean(type_name, session.project.types, limit=40)
        )
    if state and state not in states:
        raise Fatal(f"`{state}` is not a state", did_you_mean(state, states))
    found = statuses(session.project, session.today)
    chosen = {
        key: status
        for key, status in found.items()
        if (not type_name or status.document.type.name == type_name) and (not state or status.state.value == state)
    }
    table = _stats(session, chosen.values()) if with_stats else register(session.project, chosen)
    show(table, output_format, output_file)
    if warn_unread(session):
        raise typer.Exit(1)


def _stats(session: Session, found: Iterable[Status]) -> Table:
    """Length and reading ease, from the texts; the sizes of flows where something can draw them."""
    from qmsdoc.load import source
    from qmsdoc.views.stats import read, stats

    documents = sorted((status.document for status in found), key=lambda d: (d.id, d.revision))
    return stats((d, read(source(session.root, d).body), _flows(d)) for d in documents)


def _flows(document: Document) -> Sequence[Flow] | None:
    from qmsdoc import diagrams
    from qmsdoc.views.stats import Flow

    drawn = [block.text for block in document.body.code if block.language == "mermaid"]
    try:
        return [Flow(*diagrams.size(text)) for text in drawn]
    except (diagrams.MissingRenderer, diagrams.DiagramError):
        return None


def show_document(
    context: typer.Context, document_id: Annotated[str, typer.Argument(metavar="ID", help="SOP-001")]
) -> None:
    """One document: its facts, its acts, and what refers to it."""
    from qmsdoc.lifecycle import latest, statuses
    from qmsdoc.suggest import did_you_mean
    from qmsdoc.views.facts import facts
    from qmsdoc.views.signatures import signatures
    from qmsdoc.views.table import cell_text
    from qmsdoc.visible import visible

    session = open_project(context)
    found = latest(statuses(session.project, session.today))
    status = found.get(document_id)
    if status is None:
        raise Fatal(f"`{document_id}` is not a document in this QMS", did_you_mean(document_id, found, limit=0))
    rows = [
        ("Title", status.document.title),
        *((label, cell_text(cell)) for label, cell in facts(status, session.project)),
    ]
    rows.append(("File", status.document.path))
    referring = sorted(d.id for d in session.project.documents if document_id in d.items("references"))
    rows.append(("Referenced by", ", ".join(referring) or "nothing"))
    width = max(len(label) for label, _ in rows)
    for label, value in rows:
        typer.echo(f"{label.ljust(width)}  {visible(value)}")
    if status.missing:
        typer.echo(f"{'Waits for'.ljust(width)}  {', '.join(map(str, status.missing))}")
    signed = signatures(status, session.project)
    if signed.rows:
        typer.echo()
        show(signed.only("meaning", "name", "role", "time", "form", "reason"), TableFormat.TABLE)
    for act, reason in status.objections:
        typer.secho(f"does not count: {act.meaning.value} by {act.person}: {reason}", fg=typer.colors.YELLOW)
