"""Strict checks of signed PDFs: each signature holds as a whole, and together they cover the whole file.

That the signed bytes are intact is not enough: an update laid over the pages after the last signature leaves
them so. Certificates lead to the roots that the caller names, never to those of the operating system, and nobody
is asked over the network. The moments follow ETSI EN 319 102-1 clause 5.6: the newest time stamp of the document
is checked as of now, each older one as of the next newer, a signature as of the oldest moment at which it provably
existed.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from asn1crypto import core, parser
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    validate_pdf_signature,
    validate_pdf_timestamp,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints

from qmsdoc.signing import certificates, pades, pades_fields, pades_words
from qmsdoc.signing.pades_evidence import gather

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asn1crypto import x509

    from qmsdoc.signing.pades_evidence import Evidence


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature, and why it does not hold, in plain words; no problems = it holds."""

    field: str
    name: str  # of the holder of the certificate
    subject: str  # of the certificate, whole
    fingerprint: str  # SHA-256 of the certificate, in hexadecimal
    time: datetime | None
    witnessed: bool  # the time is from a time stamp; else the signer's own clock said it
    level: str  # B-B, B-T, B-LT, B-LTA (ETSI EN 319 142-1), or "CMS" for one made before PAdES
    reason: str
    role: str
    problems: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Checked:
    """A PDF's signatures in the order in which they were made, its open fields, and what is wrong with it."""

    signatures: tuple[Signature, ...] = ()
    open_fields: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether there is a signature, all hold, and the file is as it was signed; open fields do not matter."""
        return bool(self.signatures) and not self.problems and all(each.holds for each in self.signatures)


class _Proof(NamedTuple):
    """A time stamp of the document that holds: all before this revision existed at this moment."""

    revision: int
    time: datetime


def check(
    pdf: bytes, roots: Sequence[bytes], at: datetime | None = None, *, crls: Sequence[bytes] = ()
) -> Checked:
    """Check all signatures of a PDF as of a moment, now by default, under root certificates (PEM).

    crls: lists of revoked certificates (DER or PEM), beside those in the PDF. The PDF may be hostile: what cannot
    be read is a problem. Raises PadesError when there is no root certificate to check against.
    """
    trusted = [certificate for root in roots for certificate in certificates.read(root)]
    if not trusted:
        raise pades.PadesError("there is no root certificate to check against", "name the one that you trust")
    try:
        return _check(pdf, trusted, [certificates.der(crl) for crl in crls], at or datetime.now(UTC))
    except Exception as error:  # noqa: BLE001 - hostile bytes fail in many ways, and none of them is a valid signature
        return Checked(problems=(f"the PDF cannot be read: {error or type(error).__name__}",))


def changes(signed: bytes, built: bytes) -> str:
    """What was added to a PDF that was built beside signatures, in plain words; empty when nothing was.

    Beginning with the same bytes is not enough: who signs could first lay something over the pages.
    `built` is the PDF as it was handed out to be signed, with its fields. Raises PadesError when it has none.
    """
    if not pades.open_fields(built):
        raise pades.PadesError("the PDF that was handed out has no open signature field", "prepare it first")
    if not pades.original_bytes_equal(signed, built):
        return "it does not begin with the bytes of the PDF that was handed out"
    try:
        base = PdfFileReader(io.BytesIO(built)).xrefs.total_revisions - 1
        reader = PdfFileReader(io.BytesIO(signed))
        result = DEFAULT_DIFF_POLICY.review_file(reader, base)
        fields = set(pades_fields.names(reader))
    except Exception as error:  # noqa: BLE001 - hostile bytes
        return f"it cannot be read: {error or type(error).__name__}"
    return "" if _only_signatures(result, fields) else "something was added to it that is not a signature"


def _check(pdf: bytes, roots: Sequence[x509.Certificate], crls: Sequence[bytes], at: datetime) -> Checked:
    reader = PdfFileReader(io.BytesIO(pdf))
    if reader.encrypted:
        return Checked(problems=("the PDF is encrypted",))
    evidence = gather(reader, roots, crls)
    problems = list(_file_problems(reader))
    proofs: list[_Proof] = []
    for stamp in reversed(reader.embedded_timestamp_signatures):
        status = validate_pdf_timestamp(stamp, evidence.as_of(proofs[-1].time if proofs else at))
        why = [*pades_words.trust(status), *_coverage(stamp, reader)]
        if evidence.revoked(stamp.signer_cert, status.timestamp):
            why.append(pades_words.REVOKED)
        problems += [
            f"the time stamp of the document `{stamp.field_name}` does not hold: {reason}" for reason in why
        ]
        if not why:
            proofs.append(_Proof(stamp.signed_revision, status.timestamp))
    signatures = [_signature(each, reader, evidence, proofs, at) for each in reader.embedded_regular_signatures]
    return Checked(tuple(signatures), tuple(pades_fields.names(reader, filled=False)), tuple(problems))


def _file_problems(reader: PdfFileReader) -> Iterator[str]:
    """What speaks against the file, whoever signed it."""
    embedded = reader.embedded_signatures
    if not reader.embedded_regular_signatures:
        yield "nobody has signed the PDF"
    if len(embedded) != len(pades_fields.names(reader, filled=True)):
        yield "the PDF has a signature of an unknown kind"
    if embedded:
        last = embedded[-1]
        covered = last.evaluate_signature_coverage() is SignatureCoverageLevel.ENTIRE_FILE
        if not covered and last.signed_revision == reader.xrefs.total_revisions - 1:
            yield "bytes stand after the last signature that it does not cover"


def _signature(
    embedded: EmbeddedPdfSignature,
    reader: PdfFileReader,
    evidence: Evidence,
    proofs: Sequence[_Proof],
    at: datetime,
) -> Signature:
    existed = min((proof.time for proof in proofs if proof.revision > embedded.signed_revision), default=at)
    claimed = _token_time(embedded)  # believed only where the token holds, and then the bottom line says so
    moment = claimed or existed

    def validate(*, proven: bool) -> PdfSignatureStatus:
        contexts = (
            evidence.as_of(moment, proven=proven),
            evidence.as_of(moment if proven else existed, proven=proven),
        )
        usage = KeyUsageConstraints(key_usage=certificates.KEY_USAGE)
        return validate_pdf_signature(embedded, *contexts, key_usage_settings=usage)

    status, certificate = validate(proven=False), embedded.signer_cert
    problems = [*pades_words.signature(status), *_certificate(certificate, evidence, moment)]
    problems += _coverage(embedded, reader)
    if claimed and claimed > existed:
        problems.append("its time stamp is younger than a later one")
    if not problems and not status.bottom_line:
        problems.append("it does not hold as a whole")
    witnessed = status.timestamp_validity is not None and not problems
    proven = witnessed and validate(proven=True).bottom_line
    return Signature(
        field=embedded.field_name,
        name=certificates.common_name(certificate),
        subject=certificate.subject.human_friendly,
        fingerprint=certificate.sha256.hex(),
        time=claimed or status.signer_reported_dt,
        witnessed=witnessed,
        level=_level(embedded, witnessed=witnessed, proven=proven, archived=existed is not at),
        reason=str(embedded.sig_object.get("/Reason", "")),
        role=pades_words.role(status),
        problems=tuple(dict.fromkeys(problems)),
    )


def _certificate(certificate: x509.Certificate, evidence: Evidence, moment: datetime) -> Iterator[str]:
    """What speaks against a signer's certificate beside its way to a root."""
    if not certificates.signs_documents(certificate):
        yield pades_words.OTHER_USE
    if evidence.revoked(certificate, moment):
        yield pades_words.REVOKED


def _coverage(embedded: EmbeddedPdfSignature, reader: PdfFileReader) -> Iterator[str]:
    """What speaks against the file after one signature."""
    if embedded.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        yield "it does not cover all bytes before it"
        return
    room = embedded.pkcs7_content
    if any(room[parser.peek(room) :]):
        yield "the room for it holds bytes that do not belong to it"
    regular = reader.embedded_regular_signatures
    last = not regular or embedded.signed_revision >= regular[-1].signed_revision
    result = embedded.diff_result
    if not _only_signatures(result, set(pades_fields.names(reader))):
        yield "something was added to the PDF after it that is not a signature"
    elif last and result.modification_level > ModificationLevel.LTA_UPDATES:
        yield "the PDF was changed after this last signature"


def _only_signatures(result: object, fields: set[str]) -> TypeGuard[DiffResult]:
    """Whether an update of a PDF brought nothing but signatures, their time stamps and their certificates."""
    return (
        isinstance(result, DiffResult)
        and result.modification_level <= ModificationLevel.FORM_FILLING
        and set(result.changed_form_fields) <= fields
    )


def _token_time(embedded: EmbeddedPdfSignature) -> datetime | None:
    """What the time stamp over a signature says, before anybody has checked it."""
    unsigned = embedded.signer_info["unsigned_attrs"]
    attributes = () if isinstance(unsigned, core.Void) else unsigned
    stamps = (each["values"] for each in attributes if each["type"].native == "signature_time_stamp_token")
    tokens = (token["content"]["encap_content_info"]["content"].parsed for values in stamps for token in values)
    return min((token["gen_time"].native for token in tokens), default=None)


def _level(embedded: EmbeddedPdfSignature, *, witnessed: bool, proven: bool, archived: bool) -> str:
    if embedded.sig_object.get("/SubFilter") != "/ETSI.CAdES.detached":
        return "CMS"
    if proven:
        level = pades.Level.LTA if archived else pades.Level.LT
    else:
        level = pades.Level.T if witnessed else pades.Level.B
    return str(level.value)
