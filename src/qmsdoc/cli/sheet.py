"""`qmsdoc sign --request` and `--from-pdf`: a sheet for who signs without git, and its way back as an act."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import typer

from qmsdoc.cli.session import Fatal, open_project, refuse_together, write
from qmsdoc.cli.sign import Refused, confirm_typed, expected, first_day, open_desk, tell_written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from qmsdoc.cli.session import Session
    from qmsdoc.signing.imported import Evidence
    from qmsdoc.signing.sign import Desk, Ready, Wish
    from qmsdoc.trust.people import Person


class Asked(NamedTuple):
    """What the command line says of the statement."""

    ids: Sequence[str]
    meaning: str
    reason: str
    role: str
    person: str
    in_force_from: str

    def wishes(self) -> list[Wish]:
        """One for each document; none where the meaning is left open."""
        from qmsdoc.signing.sign import Wish
        from qmsdoc.trust.act import Meaning

        if not self.meaning:
            return []
        day = first_day(self.in_force_from, self.meaning)
        return [Wish(i, Meaning(self.meaning), self.reason, self.role, day) for i in dict.fromkeys(self.ids)]


def request(
    context: typer.Context, asked: Asked, output: Path | None, *, pdf: bool, wanted: bool, file: Path | None
) -> None:
    """Write what a person is asked to state: as JSON, or as a sheet; `wanted`, `file`: what was asked for."""
    from qmsdoc.signing import sheet
    from qmsdoc.trust.act import Meaning

    refuse_together({"--request": wanted, "--from-pdf": file is not None})
    if not wanted:
        raise Fatal(
            "--pdf, --person and --output are about sheets", "--request makes one, --from-pdf takes one in"
        )
    if not asked.ids or not asked.meaning:
        raise Fatal("what is to be signed?", "name the documents and the --meaning")
    session = open_project(context)
    with _expected():
        desk = _desk(session, asked.person)
        forms = sheet.accepted(desk, asked.ids, Meaning(asked.meaning))
        found = sheet.compose(_with_form(desk, forms[0].value), asked.wishes(), forms)
        if not pdf:
            write(found.payload + b"\n", output)
            return
        made = sheet.build(found)
    target = output or session.root / "build" / "sheets" / f"{found.number}.{found.meaning}.{found.person}.pdf"
    target.parent.mkdir(parents=True, exist_ok=True)
    write(made, target)
    typer.echo(target)
    how = " or ".join({"signed-pdf": "a certificate", "paper": "ink"}[form.value] for form in forms)
    typer.echo(f"sheet {found.number} for {found.name}, to be signed by {how}", err=True)
    typer.echo("signed, it is taken in by another person: `qmsdoc sign --from-pdf FILE --person PERSON`", err=True)


def take_in(
    context: typer.Context,
    file: Path,
    asked: Asked,
    key: Path,
    roots: Sequence[Path],
    crls: Sequence[Path],
    confirm: list[str] | None,
) -> None:
    """Check a signed sheet or a scan, and sign the statement as its witness."""
    from dataclasses import replace

    from qmsdoc.signing import imported, stored
    from qmsdoc.signing import sign as signing

    if asked.ids and not asked.meaning:
        raise Fatal("what did the person state?", "--meaning approval")
    session = open_project(context)
    with _expected():
        found, own = open_desk(session, key)
        signer = _person(session, asked.person)
        if signer.key == own.signer.key:
            raise Refused(
                f"{signer.name} cannot witness their own signature",
                "another person takes it in, with their own key",
            )
        certificates = ([path.read_bytes() for path in paths] for paths in (roots, crls))
        trusted, revoked = certificates
        evidence = imported.examine(file.read_bytes(), signer, trusted, crls=revoked)
        wishes = imported.wishes(evidence, signer, asked.wishes(), asked.reason)
        if not all(wish.reason for wish in wishes):
            raise Fatal("a signature needs its reason", 'say what stands on the sheet: --reason "…"')
        desk = replace(own, signer=signer, form=evidence.form, witness=own.signer.key)
        ready = imported.prepare(desk, evidence, wishes)
        _show(evidence, file, own.signer)
        for item in ready:
            _show_item(item)
            confirm_typed(item, confirm)
        files = signing.sign(desk, found, ready) | imported.kept(ready, evidence)
        stored.write(session.root, files)
    tell_written(files)


def _show(evidence: Evidence, file: Path, witness: Person) -> None:
    """What was found in the file, and what the witness says by signing."""
    from qmsdoc.trust.act import Form

    signature = evidence.signature
    if evidence.form is Form.SIGNED_PDF and signature:
        when = (
            f"{signature.time.isoformat()}{'' if signature.witnessed else ' by its own clock'}"
            if signature.time
            else ""
        )
        typer.echo(f"{file}: signed by {signature.name}, {signature.level}, {when}")
        typer.echo(f"  certificate: {signature.subject}, SHA-256 {signature.fingerprint}")
    elif evidence.request:
        typer.echo(f"{file}: sheet {evidence.request.number}, without a digital signature: taken in as paper")
    else:
        typer.echo(f"{file}: taken in as paper; compare each number below with the paper")
    typer.echo(f"  {evidence.sha256}  {file}")
    typer.echo(f"{witness.name} witnesses that this is the signature of the person named below.")


def _show_item(item: Ready) -> None:
    told = item.statement
    typer.echo(f"{item.confirmation}  {item.document.title}")
    typer.echo(f"  {told.document}  {item.document.path}")
    for name, digest in told.files.items():
        typer.echo(f"  {digest}  {name}")
    typer.echo(f'  "{told.says}", {told.name} as {told.role}')
    typer.echo(f"  reason: {told.reason}")


def _desk(session: Session, person: str) -> Desk:
    """Where a statement is prepared that somebody else's key will sign."""
    from qmsdoc.external import git
    from qmsdoc.signing.sign import Desk
    from qmsdoc.trust.act import Form

    signer = _person(session, person)
    head = git.head(session.root)
    commit = head.id if head else ""
    return Desk(session.root, session.project, _now(session), signer, Form.PAPER, "", commit, "", session.problems)


def _with_form(desk: Desk, form: str) -> Desk:
    from dataclasses import replace

    from qmsdoc.trust.act import Form

    return replace(desk, form=Form(form))


def _now(session: Session) -> datetime:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo(session.project.config.company.time_zone)).replace(microsecond=0)


def _person(session: Session, key: str) -> Person:
    """The person who signs the sheet; raises Fatal."""
    from qmsdoc.signing.authority import latest
    from qmsdoc.suggest import did_you_mean

    persons = latest(session.project).people.persons
    if not key:
        raise Fatal("whose signature is it?", "--person jonas-weber")
    if key not in persons or persons[key].machine:
        raise Fatal(f"`{key}` is not a person of the trust state in force", did_you_mean(key, persons))
    return persons[key]


@contextmanager
def _expected() -> Iterator[None]:
    """What can go wrong becomes one line and a hint."""
    from qmsdoc.external.process import ProgramError

    try:
        with expected():
            yield
    except ProgramError as error:
        raise Fatal(str(error)) from None
    except ImportError as error:
        extra = "pdf" if error.name == "typst" else "pades"
        raise Fatal(f"{error.name} is not installed", f"pip install 'qmsdoc[{extra}]'") from None
    except OSError as error:
        raise Fatal(f"{error.filename} cannot be read: {error.strerror}") from None
