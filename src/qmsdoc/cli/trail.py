"""`qmsdoc history` and `qmsdoc audit-trail`: who did what, when and why, from what is signed and from git."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from qmsdoc.cli.session import Fatal, OutputFile, TableFormat, open_project, show, write
from qmsdoc.cli.sign import PANEL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from qmsdoc.cli.session import Session
    from qmsdoc.views.trail import Entry
    from qmsdoc.views.trail_history import History

MAX_STATEMENT = 2**20  # bytes of a removed statement; one has about one KiB


class TrailFormat(Enum):
    """How a trail is shown."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    PDF = "pdf"


AsTrail = Annotated[TrailFormat, typer.Option("--output-format", help="How to show it.")]
ActsOnly = Annotated[bool, typer.Option("--acts-only", help="Only what is signed, without the history of git.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("history", rich_help_panel=PANEL)(history)
    app.command("audit-trail", rich_help_panel=PANEL)(audit_trail)


def history(
    context: typer.Context,
    document_id: Annotated[str, typer.Argument(metavar="ID", help="SOP-001")],
    acts_only: ActsOnly = False,
    output_format: AsTrail = TrailFormat.TABLE,
    output_file: OutputFile = None,
) -> None:
    """Who did what to one document, when and why: every act about it, every commit that changed it.

    A row per act and per changed file. What does not count is shown too, and says why.
    """
    session = _open(context, output_format, output_file)
    found = _find(session, acts_only=acts_only, all_files=True)
    _show(session, _about(session, found, [document_id]), f"History of {document_id}", output_format, output_file)


def audit_trail(
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="Only these documents.")] = None,
    since: Annotated[
        str, typer.Option("--from", metavar="DATE", help="From this day on, by any of its times: 2026-01-01.")
    ] = "",
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="Until this day, included.")] = "",
    person: Annotated[
        str, typer.Option("--person", metavar="PERSON", help="Only what this person signed, wrote or committed.")
    ] = "",
    acts_only: ActsOnly = False,
    all_files: Annotated[
        bool, typer.Option("--all-files", help="Also changes of files that are no part of the QMS.")
    ] = False,
    output_format: AsTrail = TrailFormat.TABLE,
    output_file: OutputFile = None,
) -> None:
    """Who did what, when and why: acts, trust states, checkpoints, and every change of a file in git.

    A claimed time is what a person or a commit says; a witnessed time is when a checkpoint or a trust state first
    confirmed it. JSON and CSV hold all columns with whole hashes; the table holds what fits.

    Example:
        qmsdoc audit-trail --from 2026-01-01 --until 2026-12-31 --output-format pdf -o trail.pdf
    """
    from qmsdoc.views import trail

    first, last = _day(since, "--from"), _day(until, "--until")
    session = _open(context, output_format, output_file)
    found = _find(session, acts_only=acts_only, all_files=all_files)
    if ids:
        found = _about(session, found, ids)
    if person:
        found = found._replace(entries=trail.of_person(found.entries, _names(session, person)))
    if first or last:
        found = found._replace(entries=trail.in_period(found.entries, first, last))
    about = [", ".join(ids or []), f"from {first}" if first else "", f"until {last}" if last else "", person]
    title = "Audit trail" + "".join(f", {part}" for part in about if part)
    _show(session, found, title, output_format, output_file)


def _open(context: typer.Context, style: TrailFormat, output_file: Path | None) -> Session:
    if style is TrailFormat.PDF and output_file is None:
        raise Fatal("a PDF is not for the terminal", "add `--output-file trail.pdf`")
    return open_project(context, may_be_empty=True)


class Found(NamedTuple):
    """Entries, and the commit that is checked out where git was asked."""

    entries: Sequence[Entry]
    commit: str = ""


def _find(session: Session, *, acts_only: bool, all_files: bool) -> Found:
    from qmsdoc.external import git_trail
    from qmsdoc.external.git import GitError
    from qmsdoc.signed import read_files
    from qmsdoc.views.trail_entries import Material, entries, lost_statements, texts

    files = read_files(session.root, "trust") | read_files(session.root, "approvals")
    material = Material(session.project, session.problems, session.today, files, all_files=all_files)
    if acts_only:
        return Found(entries(material))
    try:
        found = _history(session.root)
        if found is None:
            _note("there is no history of git here; only what is signed is shown")
            return Found(entries(material))
        from dataclasses import replace

        lost = lost_statements(found, files)
        read = {p: git_trail.read_blob(session.root, blob, MAX_STATEMENT) for p, blob in lost.items()}
        gone = {path: raw for path, raw in read.items() if raw is not None}
        revisions = git_trail.revisions(session.root, texts(found))
    except GitError as error:
        raise Fatal(f"git cannot tell the history: {error}", "`--acts-only` shows what is signed") from None
    material = replace(material, history=found, revisions=revisions, gone=gone)
    return Found(entries(material), found.commits[0].id)


def _history(root: Path) -> History | None:
    """All commits; says what of the repository they do not tell. Raises Fatal where they are cut off."""
    from qmsdoc.external import git, git_trail
    from qmsdoc.views.trail_history import History

    if git_trail.is_cut_off(root):
        raise Fatal(
            "the history is cut off, and the trail would be too",
            "clone all of it (`fetch-depth: 0`), or see what is signed with `--acts-only`",
        )
    commits = git_trail.read_commits(root)
    if commits is None:
        return None
    for name in git.rewritten(root):
        _note(f"`{name}` makes git show another history; here it is shown as the commits hold it")
    if changed := git.changed_paths(root):
        _note(f"{len(changed)} files differ from the last commit; these changes are not in the trail")
    return History(commits)


def _about(session: Session, found: Found, ids: Sequence[str]) -> Found:
    """The entries of some documents; raises Fatal for an id that neither documents, acts nor commits know."""
    from qmsdoc.suggest import did_you_mean
    from qmsdoc.views.trail import of_documents

    known = session.project.known_ids | {entry.id for entry in found.entries if entry.id}
    for document_id in ids:
        if document_id not in known:
            hint = did_you_mean(document_id, known, limit=0)
            raise Fatal(f"`{document_id}` is not a document in this QMS, and never was", hint)
    return found._replace(entries=of_documents(found.entries, set(ids)))


def _names(session: Session, person: str) -> set[str]:
    """How a person is called, in lower case: key, printed names; of somebody else, name or mail address."""
    states = session.project.trust.states
    people = [session.project.people, *(state.people for state in states)]
    printed = {found.persons[person].name for found in people if person in found.persons}
    return {name.lower() for name in (person, *printed)}


def _day(text: str, option: str) -> date | None:
    from qmsdoc.scalars import read_date

    try:
        return read_date(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def _show(session: Session, found: Found, title: str, style: TrailFormat, output_file: Path | None) -> None:
    from qmsdoc.views import trail

    if refused := sum(entry.refused for entry in found.entries):
        _note(f"{refused} of what is shown does not count; the remarks say why")
    if style is TrailFormat.PDF:
        write(_pdf(session, found, title), output_file)
    elif style is TrailFormat.TABLE:
        show(trail.readable(found.entries, title).only(*trail.ON_A_TERMINAL), TableFormat.TABLE, output_file)
    else:
        show(trail.trail(found.entries, title), TableFormat(style.value), output_file)


def _pdf(session: Session, found: Found, title: str) -> bytes:
    from qmsdoc.publish import trail_pdf
    from qmsdoc.publish.printed import NotMade

    about = trail_pdf.About(session.project.config.company.name, title, session.today, found.commit)
    try:
        return trail_pdf.build(about, found.entries)
    except ImportError:
        raise Fatal("Typst is not installed", "pip install 'qmsdoc[pdf]'") from None
    except NotMade as error:
        raise Fatal(str(error), "`--output-format csv` holds the same") from None


def _note(text: str) -> None:
    from qmsdoc.visible import visible

    typer.secho(f"note: {visible(text)}", err=True, fg=typer.colors.YELLOW)
