"""What certificates are checked against: roots, lists of revoked certificates, and what a PDF brings along."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from asn1crypto.crl import CertificateList
from asn1crypto.ocsp import OCSPResponse
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko_certvalidator import ValidationContext

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from asn1crypto import x509
    from pyhanko.pdf_utils.reader import PdfFileReader


class Evidence(NamedTuple):
    """What certificates are checked against."""

    roots: Sequence[x509.Certificate]
    crls: Sequence[CertificateList]
    ocsps: Sequence[OCSPResponse] = ()
    others: Sequence[x509.Certificate] = ()

    def as_of(self, moment: datetime, *, proven: bool = False) -> ValidationContext:
        """A new context.

        proven: each certificate needs proof that it was not revoked; else lists that have ended, and so say
        nothing about the moment, do not matter.
        """
        crls, ocsps = self.crls, self.ocsps
        if not proven:
            crls = [crl for crl in crls if _lasts(crl["tbs_cert_list"]["next_update"].native, moment)]
            ocsps = [answer for answer in ocsps if all(_lasts(end, moment) for end in _ends(answer))]
        return ValidationContext(
            trust_roots=list(self.roots),
            other_certs=list(self.others),
            moment=moment,
            crls=crls,
            ocsps=ocsps,
            revocation_mode="require" if proven else "soft-fail",
            retroactive_revinfo=True,  # a list that came after the signature says even more about it
        )

    def revoked(self, certificate: x509.Certificate, moment: datetime) -> bool:
        """Whether any list, ended or not, says that a certificate was revoked by then."""
        return any(
            entry["user_certificate"].native == certificate.serial_number
            and entry["revocation_date"].native <= moment
            for crl in self.crls
            if crl.issuer == certificate.issuer
            for entry in crl["tbs_cert_list"]["revoked_certificates"]
        )


def gather(reader: PdfFileReader, roots: Sequence[x509.Certificate], given: Sequence[bytes]) -> Evidence:
    """What is given, and what the PDF brings along in its security store."""
    crls = [CertificateList.load(crl) for crl in given]
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return Evidence(roots, crls)
    crls += [CertificateList.load(ref.get_object().read_data(DecodePurpose.CRL)) for ref in store.crls]
    answers = [ref.get_object().read_data(DecodePurpose.OCSP_RESPONSE) for ref in store.ocsps]
    return Evidence(roots, crls, [OCSPResponse.load(answer) for answer in answers], list(store.load_certs()))


def _lasts(end: datetime | None, moment: datetime) -> bool:
    return end is not None and end >= moment


def _ends(answer: OCSPResponse) -> Iterator[datetime | None]:
    if answer.basic_ocsp_response is not None:
        for each in answer.response_data["responses"]:
            yield each["next_update"].native
