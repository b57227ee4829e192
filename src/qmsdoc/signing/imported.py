"""Signatures that were not made with an SSH key: a PDF signed with a certificate, or ink that was scanned.

A second person witnesses them: their key signs the statement, and the file is kept beside it as evidence.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from qmsdoc.signed import MAX_EVIDENCE
from qmsdoc.signing import sheet
from qmsdoc.signing.keyfile import SigningError
from qmsdoc.signing.sign import Wish
from qmsdoc.trust import statement
from qmsdoc.trust.act import Form, Meaning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmsdoc.signing.pades_check import Checked, Signature
    from qmsdoc.signing.sheet import Asked, Request
    from qmsdoc.signing.sign import Desk, Ready
    from qmsdoc.trust.people import Person

_KINDS = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that shows a signature. `request` is what its sheet asked for, where the file carries that."""

    data: bytes
    kind: str  # pdf, png, jpg
    form: Form
    request: Request | None = None
    signature: Signature | None = None  # of the person, where the form is a signed PDF

    @property
    def sha256(self) -> str:
        """SHA-256 of the file."""
        return statement.sha256(self.data)

    def name(self, meaning: str, person: str) -> str:
        """Under which it is kept beside the statement; two persons never write one file."""
        return f"{meaning}.{person}.{self.sha256[:12]}.{self.kind}"


def examine(data: bytes, person: Person, roots: Sequence[bytes], *, crls: Sequence[bytes] = ()) -> Evidence:
    """What a file shows of a person's signature; raises SigningError, for a signed PDF with all that is wrong.

    roots, crls: certificates (PEM) that are trusted and lists of revoked ones, for signed PDFs.
    """
    kind = next((kind for magic, kind in _KINDS.items() if data.startswith(magic)), "")
    if not kind:
        raise SigningError("the file is not a PDF, PNG or JPEG", "scan the paper into one of these")
    if len(data) > MAX_EVIDENCE:
        raise SigningError(f"the file has more than {MAX_EVIDENCE // 2**20} MiB", "scan it with fewer colours")
    if kind != "pdf":
        return Evidence(data, kind, Form.PAPER)
    request = sheet.read(data)
    from qmsdoc.signing import pades  # noqa: PLC0415 - an extra

    try:
        is_signed = any(name not in pades.open_fields(data) for name in pades.fields(data))
    except pades.PadesError as error:
        raise SigningError(str(error), error.hint) from None
    if is_signed:
        return _signed(data, request, person, roots, crls)
    if request and data == sheet.build(request):
        raise SigningError("nobody has signed this PDF; it is the sheet as it was handed out")
    return Evidence(data, kind, Form.PAPER, request)


def _signed(
    data: bytes, request: Request | None, person: Person, roots: Sequence[bytes], crls: Sequence[bytes]
) -> Evidence:
    """A PDF with digital signatures: all hold, it is the sheet and nothing else, and one is of the person."""
    from qmsdoc.signing import pades_check  # noqa: PLC0415 - an extra

    if request is None:
        raise SigningError(
            "the signed PDF is not a sheet of qmsdoc, so its signature does not name what is signed by hash",
            "`qmsdoc sign --request ID --pdf` makes one",
        )
    if not roots:
        raise SigningError(
            "there is no root certificate to check the signature against",
            "--root CA.pem names the one that you trust",
        )
    checked = pades_check.check(data, roots, crls=crls)
    if problems := _problems(checked):
        raise SigningError("the signed PDF does not hold:\n  " + "\n  ".join(problems))
    if Form.SIGNED_PDF.value not in request.forms:
        raise SigningError("this sheet was made to be signed with ink; the policy accepted no certificate")
    if why := pades_check.changes(data, sheet.build(request)):
        raise SigningError(
            f"the signed PDF is not the sheet of its data: {why}",
            f"it was made with {request.tool}; another version may make other bytes: have a new sheet signed",
        )
    mine = [signature for signature in checked.signatures if _is_named(signature.name, person.name)]
    if not mine:
        names = " and ".join(f"`{signature.name}`" for signature in checked.signatures)
        raise SigningError(
            f"the PDF is signed by {names}, not by {person.name}",
            "the certificate must name the person as trust/people.toml does",
        )
    return Evidence(data, "pdf", Form.SIGNED_PDF, request, mine[0])


def _problems(checked: Checked) -> list[str]:
    each = (f"{signature.name}: {why}" for signature in checked.signatures for why in signature.problems)
    return [*checked.problems, *each]


def _is_named(holder: str, name: str) -> bool:
    """Whether the holder of a certificate bears a printed name: `WEBER Jonas, Dr.` is `Jonas Weber`."""
    return bool(name.split()) and _words(name) <= _words(holder)


def _words(name: str) -> set[str]:
    return set(unicodedata.normalize("NFKC", name).casefold().replace(",", " ").split())


def wishes(evidence: Evidence, person: Person, given: Sequence[Wish], reason: str = "") -> list[Wish]:
    """What the person states by the evidence: what its sheet asked for, else what is given.

    Raises SigningError where the two differ, or where nothing tells.
    """
    request = evidence.request
    if request is None:
        if not given:
            raise SigningError(
                "the file does not say what is signed", "name it as the paper does: SOP-001 --meaning approval"
            )
        return list(given)
    if request.person != person.key:
        raise SigningError(f"this is a sheet for {request.person}, not for {person.key}")
    asked = [asked.id for asked in request.documents]
    if given and ([wish.id for wish in given], given[0].meaning.value) != (asked, request.meaning):
        raise SigningError(f"this is a sheet for {request.meaning} of {', '.join(asked)}")
    if request.reason and reason and request.reason != reason:
        raise SigningError(f"the reason on the sheet is `{request.reason}`")
    day = date.fromisoformat(request.in_force_from) if request.in_force_from else None
    why = request.reason or reason
    return [Wish(a.id, Meaning(request.meaning), why, a.role, day) for a in request.documents]


def prepare(desk: Desk, evidence: Evidence, wished: Sequence[Wish]) -> list[Ready]:
    """The statements that the desk's witness is to sign; raises SigningError with what speaks against them."""
    asked = {one.id: one for one in evidence.request.documents} if evidence.request else {}
    name = evidence.name(wished[0].meaning.value, desk.signer.key)
    ready = desk.prepare_all(wished, {name: evidence.sha256})
    return [
        _as_asked(item, asked[item.document.id], evidence) if item.document.id in asked else item for item in ready
    ]


def _as_asked(item: Ready, asked: Asked, evidence: Evidence) -> Ready:
    """The statement as the sheet told it: about the same bytes, relying on what was there when it was made."""
    told = item.statement
    assert evidence.request is not None
    if told.project != evidence.request.project:
        raise SigningError(f"this is a sheet of another project, `{evidence.request.project}`")
    if (told.revision, told.document, told.files) != (asked.revision, asked.document, asked.files):
        raise SigningError(
            f"{told.id} is no longer as it was when the sheet was made", "make a new sheet and have it signed"
        )
    if gone := set(asked.relies_on) - set(told.relies_on):
        raise SigningError(f"the sheet relies on an act that is gone or does not count ({min(gone)[:12]}…)")
    return replace(item, statement=told.model_copy(update={"relies_on": sorted(asked.relies_on)}))


def kept(ready: Sequence[Ready], evidence: Evidence) -> dict[str, bytes]:
    """The files that keep the evidence, by path: one beside each statement."""
    return {
        f"{item.act.file.rpartition('/')[0]}/{name}": evidence.data
        for item in ready
        for name in item.statement.evidence
    }
