"""`qmsdoc release sign`: a person puts their signature under a frozen set."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.release_check import TsaRoot, Where, examined, folder_of
from qmsdoc.cli.session import Fatal, Session, open_project, write
from qmsdoc.cli.sign import DEFAULT_KEY, KeyOption, Refused, expected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmsdoc.publish.manifest import Manifest


def add_to(commands: typer.Typer) -> None:
    """Register the command."""
    commands.command()(sign)


def sign(
    context: typer.Context,
    where: Where,
    key: KeyOption = DEFAULT_KEY,
    confirm: Annotated[
        str, typer.Option(metavar="TEXT", help='Confirm without being asked: --confirm "release 2026-12".')
    ] = "",
    tsa: Annotated[str, typer.Option(metavar="URL", help="Have this service time-stamp the signature.")] = "",
    timestamp: Annotated[
        Path | None, typer.Option(metavar="FILE.tsr", exists=True, help="A time stamp of manifest.json.sig.")
    ] = None,
    tsa_root: TsaRoot = None,
) -> None:
    """Check a release, then sign its manifest with your own key; a release that is signed can get a time stamp.

    Manifest and signature are put into releases/NAME/ too, to be committed.
    """
    from qmsdoc.publish import manifest

    session = open_project(context)
    folder = folder_of(where, session.root)
    with expected():
        report = examined(folder, session, session.today, "", tsa_root, unsigned=True)
        for file, message in report.wrong:
            raise Refused(f"{file}: {message}", "make the release again")
        release = report.release
        assert release
        files = {manifest.FILE: (folder / manifest.FILE).read_bytes()}
        signed = folder / manifest.SIGNATURE
        if signed.exists() and not (tsa or timestamp):
            raise Refused(f"release {release.name} is signed: {signed}")
        files[manifest.SIGNATURE] = (
            signed.read_bytes()
            if signed.exists()
            else _signature(session, release, files[manifest.FILE], key, confirm)
        )
        if tsa or timestamp:
            files[manifest.TIME_STAMP] = _stamp(files[manifest.SIGNATURE], tsa, timestamp, tsa_root)
    kept = f"releases/{release.name}"
    if (other := session.root / kept / manifest.FILE).exists() and other.read_bytes() != files[manifest.FILE]:
        raise Refused(f"{kept} holds another release of this name", "give this one another name")
    (session.root / kept).mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        write(data, session.root / kept / name)
        write(data, folder / name)
        typer.echo(f"{kept}/{name}")
    typer.echo(f"{folder} is signed; commit {kept}", err=True)


def _signature(session: Session, release: Manifest, raw: bytes, key: Path, confirm: str) -> bytes:
    """The signature of a person who may release, after the person has confirmed it."""
    from qmsdoc.signing import authority, keyfile
    from qmsdoc.trust import keys

    state, found = authority.latest(session.project), keyfile.find_key(key)
    person = authority.signatory(session.project, found)
    entry, roles = state.keys.find(found.blob), state.policies.trust.roles
    if entry is None or keys.RELEASE not in entry.purposes:
        raise Refused(f"trust state {state.version} does not know this key for releases", "`qmsdoc trust add`")
    if release.drafts or release.trust is None:
        raise Refused(f"release {release.name} holds drafts, which nobody signs", "make it without --drafts")
    if roles and not any(person.holds(role, session.today) for role in roles):
        raise Refused(f"{person.key} holds none of the roles that sign releases: {', '.join(roles)}")
    typer.echo(f"release {release.name} as of {release.as_of}, commit {release.commit}")
    for item in release.documents:
        typer.echo(f"  {item.sha256}  {item.file}")
    typer.echo(f"  {person.name} signs with {found.path} ({found.protection})")
    wanted = f"release {release.name}"
    if confirm != wanted and (confirm or not sys.stdin.isatty()):
        raise Fatal(f"{wanted} is not confirmed; nothing was signed", f'--confirm "{wanted}"')
    if not confirm and typer.prompt(f'Type "{wanted}" to sign').strip() != wanted:
        raise Fatal("not confirmed; nothing was signed")
    return keyfile.sign(found, keys.RELEASE, [raw])[0]


def _stamp(signature: bytes, url: str, file: Path | None, roots: Sequence[Path] | None) -> bytes:
    """A time stamp of the signature; one from a file is checked before it is kept."""
    from qmsdoc.signing import timestamp

    try:
        if file is None:
            return timestamp.fetch(url, signature)
        if not roots:
            raise Fatal("a time stamp from a file is checked first", "name the root certificate with --tsa-root")
        token = file.read_bytes()
        timestamp.verify(token, signature, [root.read_bytes() for root in roots])
    except timestamp.TimestampError as error:
        raise Refused(f"nothing was written: {error}", error.hint) from None
    except ImportError as error:
        raise Fatal(f"{error.name} is not installed", "pip install rfc3161-client") from None
    return token
