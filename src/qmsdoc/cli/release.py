"""`qmsdoc pdf` and `qmsdoc release`: PDFs that can be archived."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli import release_check, release_sign
from qmsdoc.cli.session import Fatal, Session, open_project

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from qmsdoc.publish.job import Outcome
    from qmsdoc.publish.origin import Origin

commands = typer.Typer(no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command(rich_help_panel="Publish")(pdf)
    release_sign.add_to(commands)
    release_check.add_to(commands)
    app.add_typer(commands, name="release", rich_help_panel="Publish", help="Freeze a set of documents as PDFs.")


@commands.callback()
def family() -> None:
    """Freeze a set of documents as PDFs."""


def pdf(
    context: typer.Context,
    document_id: Annotated[str, typer.Argument(metavar="ID", help="A document or a record: SOP-001, CAPA-003.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder. Default: build/pdf.", file_okay=False)
    ] = None,
) -> None:
    """Make the PDF of one document or record as it stands, watermarked by its state."""
    from qmsdoc.lifecycle import latest, statuses
    from qmsdoc.load import source
    from qmsdoc.publish import release
    from qmsdoc.suggest import did_you_mean

    session = open_project(context)
    found = latest(statuses(session.project, session.today))
    if document_id not in found:
        raise Fatal(f"`{document_id}` is not a document in this QMS", did_you_mean(document_id, found, limit=0))
    folder = output or session.root / "build" / "pdf"
    with expected():
        folder.mkdir(parents=True, exist_ok=True)
        outcome = release.single(
            session.project,
            session.root,
            found[document_id],
            folder,
            today=session.today,
            origin=_origin(session),
            source=source,
        )
    _tell([outcome])
    if not outcome.made:
        raise typer.Exit(1)
    typer.echo(folder / outcome.job.file)


@commands.command()
def build(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The name of the release: 2026-12, audit-2027.")],
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Only these. Default: all in force.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder. Default: build/release/NAME.", file_okay=False)
    ] = None,
    drafts: Annotated[
        bool, typer.Option("--drafts", help="Also what is not in force, watermarked DRAFT.")
    ] = False,
    workers: Annotated[int, typer.Option(help="Processes. Default: one a processor core.", min=0)] = 0,
) -> None:
    """Make one PDF for each document in force, with its signatures; a manifest, sums, and what has changed.

    The same commit gives the same bytes, on any machine and on any day given by --today.
    """
    from qmsdoc.load import source
    from qmsdoc.publish import release

    session = open_project(context)
    with expected():
        picked = release.chosen(session.project, session.today, ids or [], drafts=drafts)
        _refuse_errors(session, {status.document.id for status in picked})
        with _progress(len(picked)) as advance:
            result = release.build(
                session.project,
                session.root,
                name,
                (output or session.root / "build" / "release" / name).resolve(),
                today=session.today,
                origin=_origin(session),
                source=source,
                ids=ids or [],
                drafts=drafts,
                workers=workers,
                progress=advance,
            )
    _tell(result.outcomes)
    if result.folder is None:
        typer.echo(
            f"{len(result.failed)} of {len(result.outcomes)} documents failed; nothing was written", err=True
        )
        raise typer.Exit(1)
    typer.echo(f"{len(result.outcomes)} PDFs and manifest.json in {result.folder}", err=True)


@contextmanager
def expected() -> Iterator[None]:
    """What can go wrong outside the documents becomes one line and a hint."""
    from qmsdoc.external.git import GitError
    from qmsdoc.external.process import ProgramError
    from qmsdoc.load import SourceChanged
    from qmsdoc.publish.release import ReleaseError

    try:
        yield
    except ReleaseError as error:
        raise Fatal(str(error), error.hint) from None
    except SourceChanged as error:
        raise Fatal(str(error), "run the command again") from None
    except (GitError, ProgramError) as error:
        raise Fatal(str(error), "`qmsdoc doctor` says what is installed") from None
    except ImportError as error:
        raise Fatal(f"{error.name} is not installed", "pip install 'qmsdoc[pdf]'") from None


def _origin(session: Session) -> Origin:
    from qmsdoc.publish.origin import read_origin

    return read_origin(session.root)


def _refuse_errors(session: Session, ids: Collection[str]) -> None:
    """What has an error is not released: documents of the set, others of the same id, their files, the persons."""
    from qmsdoc.check import check
    from qmsdoc.diagnostics import Severity
    from qmsdoc.formats.concise import line
    from qmsdoc.formats.summary import plural

    documents = [document for document in session.project.documents if document.id in ids]
    paths = {document.path for document in documents} | {document.folder for document in documents}
    findings = check(session.project, session.problems, session.today, paths={*paths, "trust", "schemas"})
    errors = [d for d in findings.open if d.severity is Severity.ERROR]
    for diagnostic in errors:
        typer.echo(line(diagnostic), err=True)
    if errors:
        typer.secho(
            f"{plural(len(errors), 'error')} in documents of the set; nothing was written",
            err=True,
            fg=typer.colors.RED,
        )
        raise typer.Exit(1)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Outcome], None]]:
    """A bar on standard error, where somebody watches."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with typer.progressbar(length=total, label="PDFs", file=sys.stderr) as bar:
        yield lambda _: bar.update(1)


def _tell(outcomes: Collection[Outcome]) -> None:
    """Name each document that failed, or that is not archival, with the reason."""
    for outcome in outcomes:
        where = f"{outcome.job.id} ({outcome.job.path})"
        if not outcome.made:
            typer.secho(f"failed: {where}: {outcome.error}", err=True, fg=typer.colors.RED)
        elif outcome.reasons:
            reasons = "; ".join(outcome.reasons)
            typer.secho(
                f"not archival: {where}: {outcome.standard}, because {reasons}", err=True, fg=typer.colors.YELLOW
            )
