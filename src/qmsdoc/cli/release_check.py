"""`qmsdoc release verify` and `rebuild`: a frozen set that anybody can check again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from qmsdoc.cli.session import Fatal, Session, Settings, anchors, open_project

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from qmsdoc.publish.release_check import Report

Where = Annotated[str, typer.Argument(metavar="DIR|NAME", help="The folder, or the name below build/release/.")]
TsaRoot = Annotated[
    list[Path] | None,
    typer.Option(
        "--tsa-root",
        metavar="PEM",
        exists=True,
        dir_okay=False,
        help="A root certificate of the time-stamp service.",
    ),
]


def add_to(commands: typer.Typer) -> None:
    """Register the commands."""
    commands.command()(verify)
    commands.command()(rebuild)


def verify(
    context: typer.Context,
    where: Where,
    anchor: Annotated[
        list[str] | None,
        typer.Option(metavar="SHA256", help="A digest you know from outside: `sha256:…` of `qmsdoc trust show`."),
    ] = None,
    unsigned: Annotated[
        bool, typer.Option("--unsigned", help="Accept a release that nobody has signed: check its hashes alone.")
    ] = False,
    tsa_root: TsaRoot = None,
) -> None:
    """Check a release from a plain copy of its folder, without network and git.

    Every file, the sums, the attached sources, the signature, the trust states, and with a repository at hand the
    acts. Exit 0 only when all was checked and holds; 1 when something does not hold; 2 when it could not be
    checked.

    Example:
        qmsdoc release verify 2026-12 --anchor sha256:0b45be…
    """
    from datetime import UTC, datetime

    from qmsdoc.formats.summary import plural

    session = _maybe_project(context, " ".join(anchor or []))
    folder = folder_of(where, session.root if session else None)
    day = session.today if session else context.obj.today or datetime.now(UTC).date()
    report = examined(folder, session, day, " ".join(anchor or []), tsa_root, unsigned=unsigned)
    for file, message in report.wrong:
        typer.echo(f"{file}: {message}")
    for note in report.unchecked:
        typer.secho(f"not checked: {note}", err=True, fg=typer.colors.YELLOW)
    if report.signer:
        typer.echo(f"signed by {report.signer}", err=True)
    if report.wrong:
        typer.secho(f"{folder}: {len(report.wrong)} of it does not hold", err=True, fg=typer.colors.RED)
        raise typer.Exit(1)
    if report.unchecked:
        raise typer.Exit(2)
    assert report.release
    what = "all of it holds" if report.signer else "its hashes hold, and nobody has signed it"
    typer.echo(
        f"release {report.release.name}, {plural(len(report.release.documents), 'document')}: {what}", err=True
    )


def rebuild(
    context: typer.Context,
    where: Where,
    workers: Annotated[int, typer.Option(help="Processes. Default: one a processor core.", min=0)] = 0,
) -> None:
    """Make a release again from its commit and compare every byte.

    Exit 0 when it is the same; 1 when it differs; 2 when it cannot be compared, because pandoc, Typst, the fonts
    or qmsdoc itself are other ones than those that made it.
    """
    from qmsdoc.cli.release import expected
    from qmsdoc.cli.session import repository
    from qmsdoc.publish import manifest
    from qmsdoc.publish.rebuild import differences, other_tools, rebuilt

    root = repository(context)
    folder = folder_of(where, root)
    with expected():
        try:
            told = manifest.read((folder / manifest.FILE).read_bytes())
        except (OSError, manifest.BadManifest) as error:
            raise Fatal(f"{folder} is no release: {error}") from None
        if other := other_tools(told):
            raise Fatal(
                f"other tools made release {told.name}: {'; '.join(other)}", "install those versions, then compare"
            )
        with rebuilt(root, told, workers=workers) as result:
            if result.folder is None:
                raise Fatal(f"{result.failed[0].job.id} cannot be made again: {result.failed[0].error}")
            found = differences(folder, result.folder)
    for line in found:
        typer.echo(line)
    if found:
        typer.secho(f"{folder} is not what commit {told.commit} gives", err=True, fg=typer.colors.RED)
        raise typer.Exit(1)
    typer.echo(f"{folder}: made again from commit {told.commit}, every byte is the same", err=True)


def folder_of(where: str, root: Path | None) -> Path:
    """The folder of a release, given itself or by the name of the release; raises Fatal."""
    given = Path(where)
    named = root / "build" / "release" / where if root and len(given.parts) == 1 else given
    for folder in (given, named):
        if folder.is_dir():
            return folder
    raise Fatal(f"there is no release `{where}`", "give its folder, or its name below build/release/")


def examined(
    folder: Path, session: Session | None, day: date, anchor: str, roots: Sequence[Path] | None, *, unsigned: bool
) -> Report:
    """Check a release with all that is known here; raises Fatal when the folder holds none."""
    from qmsdoc.publish.manifest import TIME_STAMP, BadManifest
    from qmsdoc.publish.release_check import check, committed
    from qmsdoc.publish.release_signature import Known

    given = anchors(anchor)
    known = Known(day, given)
    stamp = _stamp(folder, roots)
    try:
        if session and (project := session.project).trust.states and _belongs(folder, session):
            acts = {act.digest: act for act in project.acts}
            witnessed = min((m for m in (stamp.time, committed(folder, session.root, project)) if m), default=None)
            known = Known(day, given, project.trust, project.anchored, acts, witnessed)
        else:
            known = Known(day, given, witnessed=stamp.time)
        report = check(folder, known, unsigned=unsigned)
    except BadManifest as error:
        raise Fatal(str(error), "name the folder that `qmsdoc release build` wrote") from None
    if stamp.wrong:
        report.blame(TIME_STAMP, stamp.wrong)
    report.unchecked += filter(None, [stamp.missing])
    return report


def _belongs(folder: Path, session: Session) -> bool:
    """Whether a release was made in this repository, as far as it says so."""
    from qmsdoc.publish import manifest

    try:
        told = manifest.read((folder / manifest.FILE).read_bytes())
    except (OSError, manifest.BadManifest):
        return False
    return told.project == session.project.trust.states[0].project


class Stamp(NamedTuple):
    """When a time-stamp service saw a signature; or what is wrong, or missing to tell."""

    time: datetime | None = None
    wrong: str = ""
    missing: str = ""


def _stamp(folder: Path, roots: Sequence[Path] | None) -> Stamp:
    from qmsdoc.publish import manifest

    token, signature = folder / manifest.TIME_STAMP, folder / manifest.SIGNATURE
    if not token.is_file() or not signature.is_file():
        return Stamp()
    if not roots:
        return Stamp(missing=f"{manifest.TIME_STAMP}: name the root certificate of its service with --tsa-root")
    from qmsdoc.signing import timestamp

    try:
        pems = [root.read_bytes() for root in roots]
        return Stamp(timestamp.verify(token.read_bytes(), signature.read_bytes(), pems))
    except timestamp.TimestampError as error:
        return Stamp(wrong=str(error))
    except ImportError as error:
        raise Fatal(f"{error.name} is not installed", "pip install rfc3161-client") from None


def _maybe_project(context: typer.Context, anchor: str) -> Session | None:
    """The repository, where there is one: named by --root, or around the working folder."""
    from qmsdoc.load import NotARepository, find_root

    settings: Settings = context.obj
    if settings.root is None:
        try:
            find_root(Path.cwd())
        except NotARepository:
            return None
    return open_project(context, may_be_empty=True, anchor=anchor)
