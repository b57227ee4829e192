"""`qmsdoc trust`: who may sign, with which key, and what a revision needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import AsTable, Fatal, Session, TableFormat, open_project, show
from qmsdoc.cli.sign import DEFAULT_KEY, PANEL, KeyOption, Refused, expected

if TYPE_CHECKING:
    from datetime import datetime

    from qmsdoc.signing.trust_edit import Proposal

commands = typer.Typer(no_args_is_help=True)
_NEXT = "`qmsdoc trust sign` makes a new state of it; until then nothing has changed"


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(commands, name="trust", rich_help_panel=PANEL, help="Who may sign, with which key.")


@commands.callback()
def family() -> None:
    """Who may sign, with which key, and what a revision needs.

    People, keys and policy are files in trust/. A change of them counts when enough of those whom the present
    state names have signed it.
    """


Person = Annotated[str, typer.Argument(metavar="PERSON", help="A key of trust/people.toml: anna-keller.")]
PublicKey = Annotated[Path, typer.Argument(metavar="KEY.pub", help="The public key that the person sent.")]
Until = Annotated[str, typer.Option(metavar="DATE", help="The last day on which the key counts.")]


@commands.command()
def init(
    context: typer.Context,
    admins: Annotated[
        list[str],
        typer.Option("--admin", metavar="PERSON=KEY.pub", help="Who may change trust; name two."),
    ],
    solo: Annotated[bool, typer.Option("--solo", help="One person alone; the author may approve.")] = False,
) -> None:
    """Write the first allowed_signers, and a policy.toml where there is none."""
    from qmsdoc.signing import stored
    from qmsdoc.signing import trust_edit as edit

    session = open_project(context, may_be_empty=True)
    with expected():
        if (session.root / edit.SIGNERS).exists():
            raise Refused(f"{edit.SIGNERS} is there already", "`qmsdoc trust add` enrols one more key")
        named = dict(_pair(text) for text in admins)
        files = edit.initial(session.project.people, named, _now(session), solo=solo)
        if (session.root / edit.POLICY).exists():
            del files[edit.POLICY]
        stored.write(session.root, {path: text.encode() for path, text in files.items()})
    for path in files:
        typer.echo(path)
    typer.echo("read policy.toml; then each of them runs `qmsdoc trust sign`", err=True)


def _pair(text: str) -> tuple[str, Path]:
    person, equals, path = text.partition("=")
    if not (person and equals and path):
        raise Fatal(f"`{text}` is not PERSON=KEY.pub", "--admin anna-keller=keys/anna.pub")
    return person, Path(path)


@commands.command()
def add(context: typer.Context, person: Person, key: PublicKey, until: Until = "") -> None:
    """Enrol a key of a person; of a machine (`kind = "ci"` in people.toml) it serves checkpoints alone."""
    from qmsdoc.signing import trust_edit as edit

    session = open_project(context, may_be_empty=True)
    with expected():
        entry = edit.new_key(session.project.people, person, key, _now(session), until=_end(until))
        _replace(session.root, edit.SIGNERS, edit.added(_text(session.root, edit.SIGNERS), entry))
    typer.echo(f"{person}: {entry.fingerprint}\n{_NEXT}", err=True)


@commands.command()
def rotate(context: typer.Context, person: Person, key: PublicKey, until: Until = "") -> None:
    """End a person's keys now and enrol a new one; what was signed stays valid."""
    from qmsdoc.signing import trust_edit as edit
    from qmsdoc.trust.keys import read_keys

    session = open_project(context, may_be_empty=True)
    with expected():
        text, now = _text(session.root, edit.SIGNERS), _now(session)
        entry = edit.new_key(session.project.people, person, key, now, until=_end(until))
        running = [known for known in read_keys(text)[0].of(person) if known.valid(now)]
        _replace(session.root, edit.SIGNERS, edit.added(edit.ended(text, running, now), entry))
    typer.echo(f"{person}: {entry.fingerprint}; {len(running)} ended\n{_NEXT}", err=True)


@commands.command()
def revoke(
    context: typer.Context,
    person: Person,
    reason: Annotated[str, typer.Option(help="Why; it is kept in policy.toml.")],
    compromised_since: Annotated[
        str, typer.Option(metavar="TIME", help="In wrong hands since: 2026-11-30 or 2026-11-30T12:00:00+01:00.")
    ] = "",
) -> None:
    """End a person's keys: now for who leaves, or since the moment they came into wrong hands.

    What a leaver signed stays valid. Of a key in wrong hands only what a checkpoint or a trust state witnessed
    before that moment counts.
    """
    from qmsdoc.signing import trust_edit as edit
    from qmsdoc.trust.keys import read_keys

    session = open_project(context, may_be_empty=True)
    with expected():
        text, now = _text(session.root, edit.SIGNERS), _now(session)
        running = [known for known in read_keys(text)[0].of(person) if known.valid(now)]
        if not running:
            raise Refused(f"{person} has no key that is valid now", "`qmsdoc trust show` lists keys")
        if compromised_since:
            since = _moment(compromised_since)
            policy = edit.revoked(_text(session.root, edit.POLICY), running, since, reason)
            _replace(session.root, edit.POLICY, policy)
        _replace(session.root, edit.SIGNERS, edit.ended(text, running, now))
    typer.echo(f"{person}: {len(running)} ended\n{_NEXT}", err=True)


@commands.command("sign")
def sign_state(
    context: typer.Context,
    reason: Annotated[str, typer.Option(help="Why trust changes.")] = "",
    key: KeyOption = DEFAULT_KEY,
    confirm: Annotated[
        str, typer.Option(metavar="TEXT", help='Confirm without being asked: --confirm "trust 2".')
    ] = "",
) -> None:
    """Sign a new trust state, or add your signature to one that waits for it."""
    from qmsdoc.anchors import remember
    from qmsdoc.signing import keyfile, stored
    from qmsdoc.signing import trust_edit as edit

    session = open_project(context, may_be_empty=True)
    with expected():
        proposal = edit.propose(session.root, session.project, _now(session), reason.strip())
        if proposal.files and not reason.strip():
            raise Fatal("a change of trust needs its reason", 'say it with --reason "…"')
        _show(proposal)
        _confirm(proposal.confirmation, confirm)
        files, chain = edit.sign(session.root, proposal, keyfile.find_key(key))
        stored.write(session.root, files)
    for path in files:
        typer.echo(path)
    if chain.latest is None or chain.latest.version != proposal.version:
        typer.echo(f"trust state {proposal.version} waits for another signature", err=True)
        return
    remember(chain.latest.project, chain.latest.sha256)
    typer.echo(
        f"trust state {proposal.version} is in force; keep its digest outside this repository:\n"
        f"sha256:{chain.latest.sha256}",
        err=True,
    )


def _show(proposal: Proposal) -> None:
    """What the person is about to sign: the change of each file."""
    from difflib import unified_diff

    from qmsdoc.visible import visible

    for name, text in proposal.after.items():
        old = proposal.before.get(name, "")
        for line in unified_diff(
            old.splitlines(), text.splitlines(), f"before/{name}", f"after/{name}", lineterm=""
        ):
            typer.echo(visible(line))
    typer.echo(f"{proposal.confirmation}: witnesses {proposal.acts} more statements")


def _confirm(wanted: str, confirmed: str) -> None:
    import sys

    if confirmed != wanted and (confirmed or not sys.stdin.isatty()):
        raise Fatal(f"{wanted} is not confirmed; nothing was signed", f'--confirm "{wanted}"')
    if not confirmed and typer.prompt(f'Type "{wanted}" to sign').strip() != wanted:
        raise Fatal("not confirmed; nothing was signed")


@commands.command("show")
def show_trust(context: typer.Context, output_format: AsTable = TableFormat.TABLE) -> None:
    """The keys in force, and the digest to keep outside the repository."""
    from qmsdoc.views.trust import keys_table

    session = open_project(context, may_be_empty=True)
    trust = session.project.trust
    if trust.latest is None:
        raise Refused(
            "no trust state is in force", "`qmsdoc trust init` begins, `qmsdoc validate` tells what is wrong"
        )
    show(keys_table(trust, session.today), output_format)
    for state in trust.states:
        signers = ", ".join(state.signers)
        typer.echo(f"state {state.version}  {state.time.isoformat()}  {signers}  sha256:{state.sha256}", err=True)


def _now(session: Session) -> datetime:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo(session.project.config.company.time_zone)).replace(microsecond=0)


def _end(text: str) -> datetime | None:
    """The end of the last day on which a key counts."""
    from datetime import timedelta

    return _moment(text) + timedelta(days=1) if text else None


def _moment(text: str) -> datetime:
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Fatal(f"`{text}` is not a time", "write it as 2026-11-30 or 2026-11-30T12:00:00+01:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(root: Path, path: str) -> str:
    try:
        return (root / path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Refused(f"{path} cannot be read", "`qmsdoc trust init` writes the first one") from None


def _replace(root: Path, path: str, text: str) -> None:
    from qmsdoc.cli.session import write

    write(text, root / path)
