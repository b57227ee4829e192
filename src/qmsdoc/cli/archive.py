"""`qmsdoc archive`: a bundle that a stranger verifies without this tool."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import Fatal, Session, open_project
from qmsdoc.cli.sign import Refused

if TYPE_CHECKING:
    from datetime import date


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(rich_help_panel="Publish")(archive)


def archive(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.zip|DIR", help="Where to write it.")],
    release: Annotated[
        str, typer.Option(metavar="DIR|NAME", help="The release whose PDFs and manifest go with it.")
    ] = "",
    records: Annotated[
        bool, typer.Option("--records", help="With the records; look for personal data before you hand it over.")
    ] = False,
    history: Annotated[bool, typer.Option("--history", help="With the whole git history.")] = False,
) -> None:
    """Write all that is signed into a bundle that a stranger verifies with ssh-keygen and sha256sum alone.

    The digest that they need to begin with is printed; tell it to them by another way than the bundle.

    Example:
        qmsdoc archive --output audit-2027.zip --release 2026-12
    """
    import tempfile

    from qmsdoc.cli.release import expected
    from qmsdoc.publish import archive as bundle
    from qmsdoc.publish.origin import read_origin

    session = open_project(context)
    _refuse_unverified(session)
    folder = _release(release, session, session.today) if release else None
    with expected(), tempfile.TemporaryDirectory(prefix="qmsdoc-") as scratch:
        files = bundle.gather(
            session.root,
            session.project,
            session.today,
            label=read_origin(session.root).label,
            release=folder,
            records=records,
            history=Path(scratch, bundle.HISTORY) if history else None,
        )
        bundle.write(files, output.resolve())
    latest = session.project.trust.latest
    assert latest
    typer.echo(output)
    digest = f"sha256:{latest.sha256}"
    typer.echo(
        f"{len(files) + 1} files; tell the digest of trust state {latest.version} by another way:", err=True
    )
    typer.echo(digest, err=True)


def _refuse_unverified(session: Session) -> None:
    """What does not verify here would not verify there."""
    from qmsdoc.signing.verification import verify

    found = verify(session.root, session.project, session.problems, session.today).findings.open
    wrong = [diagnostic for diagnostic in found if diagnostic.code != "QD716"]
    if wrong:
        raise Refused(
            f"{wrong[0].location.path}: {wrong[0].message}", "`qmsdoc verify` tells all that does not hold"
        )


def _release(where: str, session: Session, day: date) -> Path:
    """The folder of a release of which every byte holds."""
    from qmsdoc.cli.release_check import examined, folder_of

    folder = folder_of(where, session.root)
    report = examined(folder, session, day, "", None, unsigned=True)
    for file, message in report.wrong:
        raise Refused(f"{folder / file}: {message}", "make the release again")
    if report.release is None or report.release.drafts:
        raise Fatal(f"{folder} holds drafts", "make it without --drafts")
    return folder
