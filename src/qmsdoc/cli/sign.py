"""`qmsdoc sign`, `approve` and `read`: a person states something about a text, and signs it with their own key."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import Fatal, Session, open_project, wants_color
from qmsdoc.cli.sheet_options import (  # noqa: TC001 - Typer reads them
    AsPdf,
    AsRequest,
    FromPdf,
    Revoked,
    SheetFile,
    Signatory,
    Trusted,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from qmsdoc.signing.keyfile import KeyFile
    from qmsdoc.signing.sign import Desk, Ready

PANEL = "Sign and verify"


class Stated(Enum):
    """What can be stated; the words of `trust.act.Meaning`, which no command loads before it runs."""

    AUTHOR = "author"
    REVIEW = "review"
    APPROVAL = "approval"
    ISSUE = "issue"
    NO_CHANGE = "no-change"
    WITHDRAWAL = "withdrawal"
    CLOSURE = "closure"
    CORRECTION = "correction"
    TAKEOVER = "takeover"
    ACKNOWLEDGEMENT = "acknowledgement"


Ids = Annotated[list[str] | None, typer.Argument(metavar="ID...", help="Documents: SOP-001 SOP-002.")]
Reason = Annotated[str, typer.Option(help="Why you sign; it is part of the statement.")]
Role = Annotated[str, typer.Option(help="The role in which you sign. Default: the one that the policy asks for.")]
KeyOption = Annotated[
    Path, typer.Option("--key", envvar="QMSDOC_KEY", help="Your private SSH key.", show_default=True)
]
Confirm = Annotated[
    list[str] | None,
    typer.Option(help='Confirm without being asked, once a document: --confirm "SOP-001 r3".'),
]
DEFAULT_KEY = Path("~/.ssh/id_ed25519")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command(rich_help_panel=PANEL)(sign)
    app.command(rich_help_panel=PANEL)(approve)
    app.command(rich_help_panel=PANEL)(read)


def sign(
    context: typer.Context,
    ids: Ids = None,
    meaning: Annotated[
        Stated | None,
        typer.Option(metavar="MEANING", help=f"What you state: {', '.join(item.value for item in Stated)}."),
    ] = None,
    reason: Reason = "",
    role: Role = "",
    key: KeyOption = DEFAULT_KEY,
    in_force_from: Annotated[
        str, typer.Option(metavar="DATE", help="With issue: the day on which it comes into force.")
    ] = "",
    confirm: Confirm = None,
    copies: Annotated[
        bool, typer.Option("--copies", help="Sign nothing; store the approved copies that merged acts completed.")
    ] = False,
    request: AsRequest = False,
    pdf: AsPdf = False,
    from_pdf: FromPdf = None,
    person: Signatory = "",
    output: SheetFile = None,
    root: Trusted = None,
    crl: Revoked = None,
) -> None:
    """State something about documents and sign it; shows what changed and asks for confirmation first.

    Nothing is committed: you commit the files below approvals/ that are written.

    Examples:
        qmsdoc sign SOP-001 --meaning review --reason "Reviewed against MDR Art. 10(9)"

        qmsdoc approve SOP-001 SOP-002 --reason "Release of the document system"

        qmsdoc sign --copies

        qmsdoc sign --request SOP-001 --meaning approval --person jonas-weber --pdf

        qmsdoc sign --from-pdf signed.pdf --person jonas-weber --root ca.pem
    """
    if copies:
        _store(open_project(context))
        return
    if request or from_pdf or pdf or person or output:
        from qmsdoc.cli import sheet

        asked = sheet.Asked(
            ids or [], meaning.value if meaning else "", reason.strip(), role, person, in_force_from
        )
        if from_pdf and not request:
            sheet.take_in(context, from_pdf, asked, key, root or [], crl or [], confirm)
        else:
            sheet.request(context, asked, output, pdf=pdf, wanted=request, file=from_pdf)
        return
    if meaning is None:
        raise Fatal("what do you state?", f"--meaning {'|'.join(item.value for item in Stated)}")
    _sign(context, ids or [], meaning.value, reason, role, key, in_force_from, confirm)


def approve(
    context: typer.Context,
    ids: Ids = None,
    reason: Reason = "",
    role: Role = "",
    key: KeyOption = DEFAULT_KEY,
    confirm: Confirm = None,
) -> None:
    """Approve documents for use: `sign --meaning approval`."""
    _sign(context, ids or [], "approval", reason, role, key, "", confirm)


def read(
    context: typer.Context,
    ids: Ids = None,
    reason: Reason = "read and understood",
    role: Role = "",
    key: KeyOption = DEFAULT_KEY,
    confirm: Confirm = None,
) -> None:
    """Say that you have read and understood what is in force: `sign --meaning acknowledgement`."""
    _sign(context, ids or [], "acknowledgement", reason, role, key, "", confirm)


def _sign(
    context: typer.Context,
    ids: Sequence[str],
    meaning: str,
    reason: str,
    role: str,
    key: Path,
    in_force_from: str,
    confirm: list[str] | None,
) -> None:
    from qmsdoc.signing import sign as signing
    from qmsdoc.signing import stored
    from qmsdoc.trust.act import Meaning

    if not ids:
        raise Fatal("which documents?", "`qmsdoc inbox` shows what waits for you")
    if not reason.strip():
        raise Fatal("a signature needs its reason", 'say it with --reason "…"')
    session = open_project(context)
    with expected():
        found, desk = open_desk(session, key)
        begins = first_day(in_force_from, meaning)
        wishes = (signing.Wish(i, Meaning(meaning), reason.strip(), role, begins) for i in dict.fromkeys(ids))
        ready = desk.prepare_all(wishes)
        for item in ready:
            _show(session, item, found)
            confirm_typed(item, confirm)
        files = signing.sign(desk, found, ready)
        stored.write(session.root, files)
    tell_written(files)


def open_desk(session: Session, key: Path, now: str = "") -> tuple[KeyFile, Desk]:
    """The key and where statements are prepared with it; raises SigningError."""
    from dataclasses import replace
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from qmsdoc.external import git
    from qmsdoc.signing import authority, keyfile
    from qmsdoc.signing import sign as signing

    found = keyfile.find_key(key)
    person = authority.signatory(session.project, found)
    zone = ZoneInfo(session.project.config.company.time_zone)
    moment = datetime.fromisoformat(now) if now else datetime.now(zone).replace(microsecond=0)
    head = git.head(session.root)
    commit = head.id if head else ""
    desk = signing.Desk(session.root, session.project, moment, person, found.form, found.protection, commit)
    return found, replace(desk, problems=session.problems)


def first_day(text: str, meaning: str) -> date | None:
    """The day that an issue names; raises Fatal."""
    from qmsdoc.scalars import read_date

    if not text:
        return None
    if meaning != "issue":
        raise Fatal("--in-force-from belongs to an issue", "use --meaning issue")
    try:
        return read_date(text)
    except ValueError:
        raise Fatal(f"`{text}` is not a day", "write it as 2026-11-30") from None


def _show(session: Session, item: Ready, key: KeyFile) -> None:
    """What the person is about to sign: the redline, the files with their hashes, the statement in words."""
    from qmsdoc.redline import terminal
    from qmsdoc.redline.sides import redline_of

    document, told = item.document, item.statement
    if told.meaning in {"author", "review", "approval", "takeover"}:
        from qmsdoc.lifecycle import statuses

        compared = redline_of(session.root, session.project, statuses(session.project, session.today), document.id)
        typer.echo(terminal.render(compared, color=wants_color()))
    typer.echo(f"{item.confirmation}  {document.title}")
    typer.echo(f"  {told.document}  {document.path}")
    for name, digest in told.files.items():
        typer.echo(f"  {digest}  {name}")
    typer.echo(f'  "{told.says}", {told.name} as {told.role}, {told.signed_at}')
    typer.echo(f"  reason: {told.reason}")
    typer.echo(f"  key: {key.path} ({told.protection or told.form})")


def confirm_typed(item: Ready, confirmed: list[str] | None) -> None:
    """The person types id and revision; raises Fatal."""
    wanted = item.confirmation
    if confirmed is not None:
        if wanted not in confirmed:
            raise Fatal(f"{wanted} is not confirmed; nothing was signed", f'--confirm "{wanted}"')
        return
    if not sys.stdin.isatty():
        raise Fatal("a signature is confirmed on a terminal; nothing was signed", f'or by --confirm "{wanted}"')
    if typer.prompt(f'Type "{wanted}" to sign').strip() != wanted:
        raise Fatal("not confirmed; nothing was signed")


def _store(session: Session) -> None:
    from qmsdoc.signing import stored

    with expected():
        files = stored.copies(session.root, session.project, session.project.by_id)
        stored.write(session.root, files)
    tell_written(files)


def tell_written(files: dict[str, bytes]) -> None:
    """The files that were written, and that nothing was committed."""
    for path in files:
        typer.echo(path)
    number = len(files)
    typer.echo(
        f"{number} file{'s' if number != 1 else ''} written; commit them" if files else "nothing to store",
        err=True,
    )


@contextmanager
def expected() -> Iterator[None]:
    """What speaks against a signature becomes one line and a hint."""
    from qmsdoc.external.git import GitError
    from qmsdoc.load import SourceChanged
    from qmsdoc.signing.keyfile import SigningError

    try:
        yield
    except SigningError as error:
        raise Refused(str(error), error.hint) from None
    except SourceChanged as error:
        raise Fatal(str(error), "run the command again") from None
    except GitError as error:
        raise Fatal(str(error), "`qmsdoc doctor` says what is installed") from None


class Refused(Fatal):
    """Something speaks against it: exit 1, nothing written."""

    code = 1
