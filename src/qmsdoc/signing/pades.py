"""PAdES signatures (ETSI EN 319 142-1): papers for outsiders, signed inside the PDF with a certificate.

Every signature is an update at the end: the bytes of the PDF that was given stay at the front of what comes out.
The private key is read from a PKCS#12 file outside the repository. Needs the extra `pades`.
"""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING

from asn1crypto import cms, core, tsp, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.api import CAdESSignedAttrSpec, SignerAttrSpec
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError as _SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.errors import ValidationInfoReadingError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, ValidationError

from qmsdoc.signing import certificates, pades_fields
from qmsdoc.signing.certificates import Credential, PadesError, load
from qmsdoc.signing.stamp import Stamp
from qmsdoc.signing.timestamp import TimestampError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Tsa = Callable[[bytes], bytes]  # a time-stamp request → the answer, both DER (RFC 3161)

for _name in ("pyhanko", "pyhanko_certvalidator"):  # what they log is told as a message of ours, once
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).propagate = False

__all__ = ["Credential", "Level", "LongTerm", "PadesError", "load", "original_bytes_equal", "prepare", "sign"]


class Level(Enum):
    """The levels of ETSI EN 319 142-1 clause 6: each proves what the one before does, for longer."""

    B = "B-B"  # signed
    T = "B-T"  # and a time stamp over the signature
    LT = "B-LT"  # and all that is needed to check the certificates, inside the PDF
    LTA = "B-LTA"  # and a time stamp over all of that, to be renewed before its certificate ends


@dataclass(frozen=True, slots=True)
class LongTerm:
    """What a time-stamped signature needs: the service; for B-LT and B-LTA also whom to trust, what was revoked.

    roots: certificates (PEM). crls: lists of revoked certificates (DER or PEM); without any, the addresses that
    the certificates name are asked.
    """

    tsa: Tsa
    roots: Sequence[bytes] = ()
    crls: Sequence[bytes] = ()

    @property
    def level(self) -> Level:
        """The highest level that can be made of this."""
        return Level.LTA if self.roots else Level.T


def prepare(pdf: bytes, fields: Sequence[str] = ("Signature1",), *, visible: bool = True) -> bytes:
    """The PDF with an empty field for each signer; the bytes of `pdf` are its beginning. Raises PadesError.

    All fields are made before the first signature: a field that comes later can break the ones before it.
    """
    if len(fields) > pades_fields.MOST:
        raise PadesError(f"{len(fields)} signers are too many for one PDF", f"at most {pades_fields.MOST}")
    reader = _open(pdf)
    there = pades_fields.names(reader)
    if pades_fields.names(reader, filled=True):
        raise PadesError(
            "the PDF is signed already, and a new field could break those signatures",
            "begin again with the PDF that nobody has signed, and say how many will sign",
        )
    if again := sorted(set(fields) & set(there)):
        raise PadesError(f"the PDF has a signature field `{again[0]}` already")
    return pades_fields.add(pdf, fields, visible=visible)


def fields(pdf: bytes) -> list[str]:
    """All signature fields, in their order. Raises PadesError."""
    return pades_fields.names(_open(pdf))


def open_fields(pdf: bytes) -> list[str]:
    """The signature fields that nobody has signed, in their order. Raises PadesError."""
    return pades_fields.names(_open(pdf), filled=False)


def sign(
    pdf: bytes,
    credential: Credential,
    *,
    field: str = "",
    reason: str = "",
    role: str = "",
    long_term: LongTerm | None = None,
    level: Level | None = None,
    now: datetime | None = None,
) -> bytes:
    """The PDF with one more signature, in a field or in the first open one. Raises PadesError.

    A PDF without any signature field gets one visible field; for several signers, `prepare` it first.
    level: at most what `long_term` allows; that is the default, and B-B without it.
    """
    level = _level(level, long_term)
    now = now or datetime.now(UTC)
    usage = certificates.usage(credential.certificate, now)
    pdf = pdf if fields(pdf) else prepare(pdf, [field or "Signature1"])
    chosen = _field(pdf, field)
    spoken = SignerAttrSpec([_role(role)], []) if role else None
    meta = PdfSignatureMetadata(
        field_name=chosen,
        name=credential.name,
        reason=reason or None,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        embed_validation_info=level in {Level.LT, Level.LTA},
        use_pades_lta=level is Level.LTA,
        timestamp_field_name=f"{chosen}-time",
        validation_context=_context(long_term) if long_term and level in {Level.LT, Level.LTA} else None,
        signer_key_usage=usage,
        cades_signed_attr_spec=CAdESSignedAttrSpec(signer_attributes=spoken),
    )
    said = [("Role", role), ("Reason", reason), ("Signed", f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC")]
    said += [("Certificate of", credential.certificate.issuer.human_friendly)]
    look = Stamp(border_width=0, name=credential.name, rows=[(word, text) for word, text in said if text])
    stamper = _Service(long_term.tsa) if long_term and level is not Level.B else None
    signer = PdfSigner(meta, credential.signer, timestamper=stamper, stamp_style=look)
    try:
        made = signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), existing_fields_only=True)
    except TimestampError as error:
        raise PadesError(str(error), error.hint) from None
    except (
        _SigningError,
        ValidationError,
        PathBuildingError,
        ValidationInfoReadingError,
        PdfError,
        OSError,
    ) as error:
        why = str(error.__cause__ or error)
        raise PadesError(f"the PDF cannot be signed: {why}", _hint(why)) from None
    return bytes(made.getbuffer())


def original_bytes_equal(signed: bytes, built: bytes) -> bool:
    """Whether a signed PDF begins with exactly the bytes of the PDF that was built."""
    return bool(built) and signed.startswith(built)


class _Service(TimeStamper):
    """A time-stamp service for pyhanko, asked by the caller's own means."""

    def __init__(self, tsa: Tsa) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyhanko leaves it untyped
        self.tsa = tsa

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        answer = self.tsa(req.dump())
        try:
            told = tsp.PKIStatusInfo.load(core.Sequence.load(answer, strict=True)[0].dump())
            if told["status"].native == "granted":
                return tsp.TimeStampResp.load(answer)
            said = "; ".join(told["status_string"].native or [told["status"].native])
        except ValueError as error:
            raise TimestampError(f"this is not an answer of a time-stamp service: {error}") from None
        raise TimestampError(f"the time-stamp service refused: {said}")


def _open(pdf: bytes) -> PdfFileReader:
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        pades_fields.names(reader)
    except (PdfError, ValueError, KeyError, TypeError) as error:
        raise PadesError(f"this is not a PDF that can be signed: {error}") from None
    if reader.encrypted:
        raise PadesError("the PDF is encrypted", "sign one that is not; an archive could not read it either")
    return reader


def _level(level: Level | None, long_term: LongTerm | None) -> Level:
    highest = long_term.level if long_term else Level.B
    order = list(Level)
    if level and order.index(level) > order.index(highest):
        missing = "certificates to trust in" if long_term else "a time-stamp service"
        raise PadesError(f"{level.value} needs {missing}")
    return level or highest


def _field(pdf: bytes, wanted: str) -> str:
    free = open_fields(pdf)
    if wanted and wanted not in free:
        raise PadesError(
            f"the PDF has no open signature field `{wanted}`",
            f"open are: {', '.join(free)}" if free else "all its fields are signed",
        )
    if not free:
        raise PadesError(
            "all signature fields of the PDF are signed",
            "begin again with the PDF that nobody has signed, and say how many will sign",
        )
    return wanted or free[0]


def _role(role: str) -> cms.AttCertAttribute:
    """A role as the signer claims it, inside what is signed (ETSI EN 319 122-1 clause 5.2.6)."""
    named = x509.GeneralName("directory_name", x509.Name.build({"title": role}))
    return cms.AttCertAttribute({"type": "role", "values": [cms.RoleSyntax({"role_name": named})]})


def _context(long_term: LongTerm) -> ValidationContext:
    roots = [certificate for root in long_term.roots for certificate in certificates.read(root)]
    return ValidationContext(
        trust_roots=roots,
        crls=[certificates.der(crl) for crl in long_term.crls] or None,
        allow_fetching=not long_term.crls,
        revocation_mode="hard-fail",
    )


def _hint(said: str) -> str:
    if "revoked" in said:
        return "sign with another certificate"
    if "revocation" in said or "CRL" in said:
        return "give the newest lists of revoked certificates, or choose the level B-T"
    if "path" in said or "issuer" in said:
        return "the given roots must be above the signer's certificate and that of the time-stamp service"
    return ""
