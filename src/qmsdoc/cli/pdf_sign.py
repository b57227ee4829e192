"""`qmsdoc pdf-sign` and `qmsdoc pdf-check`: signatures inside PDFs, for papers that leave the company (PAdES)."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import Fatal, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qmsdoc.signing.pades import Credential, Level, LongTerm
    from qmsdoc.signing.pades_check import Checked, Signature

Pdfs = Annotated[list[Path], typer.Argument(metavar="FILE...", help="PDFs.", exists=True, dir_okay=False)]
Roots = Annotated[
    list[Path] | None,
    typer.Option("--root", metavar="PEM", help="A root certificate that you trust.", exists=True, dir_okay=False),
]
Lists = Annotated[
    list[Path] | None,
    typer.Option("--crl", metavar="FILE", help="A list of revoked certificates.", exists=True, dir_okay=False),
]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command(rich_help_panel="Sign and verify")(pdf_sign)
    app.command(rich_help_panel="Sign and verify")(pdf_check)


Certificate = Annotated[
    Path | None,
    typer.Option(metavar="ME.p12", help="Your certificate with its key, PKCS#12.", exists=True, dir_okay=False),
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="Folder. Default: beside each FILE.", file_okay=False)
]


def pdf_sign(
    files: Pdfs,
    certificate: Certificate = None,
    reason: Annotated[str, typer.Option(help="Why you sign; stands in the signature.")] = "",
    role: Annotated[str, typer.Option(help="As what you sign; stands in the signature.")] = "",
    signers: Annotated[
        int, typer.Option(metavar="N", help="Make N signature fields first. Default: one.", min=0)
    ] = 0,
    field: Annotated[
        str, typer.Option(metavar="NAME", help="The field to sign. Default: the first open one.")
    ] = "",
    invisible: Annotated[bool, typer.Option("--invisible", help="Add no page that shows the signatures.")] = False,
    tsa: Annotated[str, typer.Option(metavar="URL", help="A time-stamp service (RFC 3161): level B-T.")] = "",
    root: Roots = None,
    crl: Lists = None,
    level: Annotated[
        str, typer.Option(help="B-B, B-T, B-LT or B-LTA. Default: the highest that --tsa and --root allow.")
    ] = "",
    output: Output = None,
) -> None:
    """Sign PDFs with a certificate; NAME.pdf becomes NAME-signed.pdf, and nothing is overwritten.

    Several signers: the first says --signers 2, the next one signs NAME-signed.pdf. Without --certificate,
    --signers only prepares the fields, for signatures made with other programs. With --tsa and --root the
    signature can be checked for years (B-LTA); lists of revoked certificates are then fetched where the
    certificates say, or given by --crl.
    """
    if certificate is None and not signers:
        raise Fatal("there is nothing to sign with", "--certificate ME.p12 signs, --signers N prepares fields")
    targets = _targets(files, output, "signed" if certificate else "to-sign")
    with _expected():
        from qmsdoc.signing import pades

        long_term = _long_term(tsa, root or (), crl or ())
        wanted = _level(level)
        pdfs = [path.read_bytes() for path in files]
        credential = _credential(certificate) if certificate else None
        count = signers or (credential is not None)
        made = []
        for pdf in pdfs:
            ready = pdf
            if signers or not pades.fields(pdf):
                ready = pades.prepare(pdf, _names(count, field), visible=not invisible)
            if credential:
                ready = pades.sign(
                    ready, credential, field=field, reason=reason, role=role, long_term=long_term, level=wanted
                )
            made.append((ready, pades.open_fields(ready)))
    for target, (pdf, free) in zip(targets, made, strict=True):
        target.parent.mkdir(parents=True, exist_ok=True)
        write(pdf, target)
        typer.echo(target)
        if free:
            typer.echo(f"  open: {', '.join(free)}", err=True)


def pdf_check(
    files: Pdfs,
    root: Roots = None,
    crl: Lists = None,
    built: Annotated[
        Path | None,
        typer.Option(
            metavar="PDF", help="FILE must begin with the bytes of this one.", exists=True, dir_okay=False
        ),
    ] = None,
) -> None:
    """Check every signature in PDFs, strictly and offline: changes, certificates, time stamps, the whole file.

    Exit code 0: every file is signed, no field is open, and all signatures hold. 1: one does not.
    2: it could not be checked.
    """
    if not root:
        raise Fatal("there is no root certificate to check against", "--root CA.pem names the one that you trust")
    with _expected():
        from qmsdoc.signing import pades, pades_check

        roots, lists = ([path.read_bytes() for path in paths] for paths in (root, crl or ()))
        good = True
        for path in files:
            pdf = path.read_bytes()
            checked = pades_check.check(pdf, roots, crls=lists)
            same = built is None or pades.original_bytes_equal(pdf, built.read_bytes())
            good = good and checked.holds and not checked.open_fields and same
            _tell(path, checked)
            if not same:
                _wrong(f"it does not begin with the bytes of {built}")
    if not good:
        raise typer.Exit(1)


@contextmanager
def _expected() -> Iterator[None]:
    """What can go wrong becomes one line and a hint."""
    missing = "pip install 'qmsdoc[pades]'"
    try:
        from qmsdoc.signing.pades import PadesError
    except ImportError as error:
        raise Fatal(f"{error.name} is not installed", missing) from None
    try:
        yield
    except ImportError as error:  # Typst, which draws what is visible
        raise Fatal(f"{error.name} is not installed", missing) from None
    except PadesError as error:
        raise Fatal(str(error), error.hint) from None
    except OSError as error:
        raise Fatal(f"{error.filename} cannot be read: {error.strerror}") from None


def _targets(files: Sequence[Path], output: Path | None, word: str) -> list[Path]:
    """Where the signed PDFs go; raises Fatal where something is already."""
    targets = [(output or path.parent) / f"{_signed_name(path.stem, word)}.pdf" for path in files]
    for target in targets:
        if target.exists():
            raise Fatal(f"{target} is there already", "nothing is overwritten; --output names another folder")
    if len(set(targets)) < len(targets):
        raise Fatal("two of the files would get the same name", "sign them one by one")
    return targets


def _signed_name(stem: str, word: str) -> str:
    """`SOP-001` → `SOP-001-signed` → `SOP-001-signed-2` → `SOP-001-signed-3`."""
    stem = stem.removesuffix("-to-sign")
    before = re.fullmatch(r"(.*-signed)(?:-([1-9][0-9]*))?", stem)
    return f"{before[1]}-{int(before[2] or 1) + 1}" if before else f"{stem}-{word}"


def _names(count: int, field: str) -> list[str]:
    if field and count > 1:
        raise Fatal("--field names one field, --signers makes several", "leave out --field")
    return [field] if field else [f"Signature{number}" for number in range(1, count + 1)]


def _long_term(tsa: str, roots: Sequence[Path], crls: Sequence[Path]) -> LongTerm | None:
    from functools import partial

    from qmsdoc.signing import timestamp
    from qmsdoc.signing.pades import LongTerm

    if not tsa:
        if roots or crls:
            raise Fatal("--root and --crl need a time-stamp service", "--tsa URL names it")
        return None
    given = ([path.read_bytes() for path in paths] for paths in (roots, crls))
    return LongTerm(partial(timestamp.post, tsa), *given)


def _level(level: str) -> Level | None:
    from qmsdoc.signing.pades import Level

    try:
        return Level(level.upper()) if level else None
    except ValueError:
        raise Fatal(f"`{level}` is not a level", f"levels are {', '.join(each.value for each in Level)}") from None


def _credential(path: Path) -> Credential:
    """The key in a PKCS#12 file, for a passphrase that is asked at the terminal and kept nowhere."""
    import warnings
    from getpass import GetPassWarning, getpass

    from qmsdoc.signing import pades

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", GetPassWarning)  # it would be shown while it is typed
            passphrase = getpass(f"Passphrase of {path.name}: ")
    except (EOFError, GetPassWarning):
        raise Fatal(f"the passphrase of {path.name} can be asked only at a terminal") from None
    return pades.load(path.read_bytes(), passphrase)


def _tell(path: Path, checked: Checked) -> None:
    count = len(checked.signatures)
    held = sum(each.holds for each in checked.signatures)
    typer.echo(f"{path}: {held} of {count} {'signature holds' if count == 1 else 'signatures hold'}")
    for problem in checked.problems:
        _wrong(problem)
    for each in checked.signatures:
        _tell_signature(each)
    for name in checked.open_fields:
        _wrong(f"{name}: nobody has signed it")


def _tell_signature(it: Signature) -> None:
    from qmsdoc.visible import visible

    when = f"{it.time:%Y-%m-%d %H:%M:%S} UTC" if it.time else "at an unknown time"
    clock = "by time stamp" if it.witnessed else "by the signer's own clock"
    who = visible(f"{it.name}, {it.role}" if it.role else it.name)
    typer.echo(f"  {visible(it.field)}: {who}, {when} {clock}, {it.level}")
    if it.reason:
        typer.echo(f"    reason: {visible(it.reason)}")
    typer.echo(f"    certificate: {visible(it.subject)}")
    typer.echo(f"    SHA-256: {it.fingerprint}")
    for problem in it.problems:
        _wrong(f"  does not hold: {problem}")


def _wrong(message: str) -> None:
    typer.secho(f"  {message}", fg=typer.colors.RED)
