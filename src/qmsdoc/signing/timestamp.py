"""RFC 3161 time stamps: proof by a time-stamp service that bytes existed before a moment.

A token says when, a signature under a certificate says who. It is checked as of the moment that it states, so that
it still proves something after the certificate of the service has ended (RFC 3161 clause 4, point 3).
Nothing here asks another host, except `fetch`, with the address that the company configured.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rfc3161_client import TimeStampResponse

LIMIT = 30.0  # seconds for one answer
LARGEST = 1 << 18  # bytes of an answer; tokens with their certificates have 2 to 10 kB
_DISORDER = "InvalidSetOrdering"


class TimestampError(Exception):
    """A time stamp was not given or does not hold; the message says why, `hint` what helps."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Stamped:
    """What a token that holds proves: the bytes existed at `time`, says the service with this certificate."""

    time: datetime
    service: str
    fingerprint: str  # SHA-256 of the certificate of the service, in hexadecimal


def request(digest: bytes) -> bytes:
    """The DER bytes of a request for a SHA-256 digest (32 bytes); the `.tsq` file of the offline way.

    It asks for the certificates of the service. It has no nonce (RFC 3161 clause 2.4.1: optional): an old answer
    played back would prove that the bytes existed even earlier, and that would be true. So it never changes.
    """
    if len(digest) != hashlib.sha256().digest_size:
        message = f"a SHA-256 digest has 32 bytes, this one has {len(digest)}"
        raise ValueError(message)
    sha256 = bytes.fromhex("300d06096086480165030402010500")  # AlgorithmIdentifier of SHA-256
    imprint = _sequence(sha256 + b"\x04\x20" + digest)
    return _sequence(b"\x02\x01\x01" + imprint + b"\x01\x01\xff")  # version 1, imprint, certReq true


def fetch(url: str, data: bytes) -> bytes:
    """The token for some bytes, from a time-stamp service; http will do, because the token is verified.

    The token is looked at, not verified: that takes a certificate that the company trusts. Raises TimestampError.
    """
    token = post(url, request(hashlib.sha256(data).digest()))
    _match(_decode(token), data)
    return token


def post(url: str, query: bytes) -> bytes:
    """What a time-stamp service answers to a request, both in DER. Raises TimestampError."""
    if urlsplit(url).scheme not in {"http", "https"}:
        raise TimestampError(
            f"`{url}` is not the address of a time-stamp service", "it begins with https:// or http://"
        )
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    opener = build_opener(ProxyHandler(), HTTPSHandler(), _NoRedirect())
    try:
        asked = Request(url, query, headers)  # noqa: S310 - the scheme is checked above
        with opener.open(asked, timeout=LIMIT) as answer:
            token: bytes = answer.read(LARGEST + 1)
    except HTTPError as error:
        with error:
            raise TimestampError(f"the time-stamp service {url} answered {error.code} {error.reason}") from None
    except (URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise TimestampError(
            f"the time-stamp service {url} cannot be reached: {reason}",
            "by hand: bring the request file (.tsq) to the service, and its answer (.tsr) back",
        ) from None
    if len(token) > LARGEST:
        raise TimestampError(f"the time-stamp service {url} answered with more than {LARGEST} bytes")
    return token


def verify(token: bytes, data: bytes, roots: Sequence[bytes]) -> datetime:
    """When the bytes existed, by a token (a `.tsr` file) that holds under one of the given certificates (PEM).

    Raises TimestampError when the token is for other bytes, is not signed by a service under these certificates,
    or cannot be read.
    """
    return read(token, data, roots).time


def read(token: bytes, data: bytes, roots: Sequence[bytes]) -> Stamped:
    """As `verify`, with the service that made the token."""
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 - only where there is a token
    from rfc3161_client import VerificationError, VerifierBuilder  # noqa: PLC0415 - an extra

    answer = _decode(token)
    _match(answer, data)
    try:
        trusted = [certificate for root in roots for certificate in load_pem_x509_certificates(root)]
    except ValueError as error:
        raise TimestampError(f"a certificate to trust in cannot be read: {error}", "give it as PEM") from None
    if not trusted:
        raise TimestampError("no certificate of a time-stamp service is trusted", "name its root certificate")
    try:
        VerifierBuilder(roots=trusted).build().verify_message(answer, data)
        return _stamped(answer)
    except (VerificationError, ValueError) as error:
        raise TimestampError(f"the time stamp does not hold: {error}", _hint(str(error))) from None


def _hint(said: str) -> str:
    if "certificate" in said:
        return "compare the certificate of the service with the root certificates that were given"
    return ""


def _decode(token: bytes) -> TimeStampResponse:
    """A readable answer that grants a token."""
    from rfc3161_client import decode_timestamp_response  # noqa: PLC0415 - an extra

    try:
        answer = decode_timestamp_response(token)
        if answer.status == 0:
            answer.tst_info.message_imprint, answer.signed_data  # noqa: B018 - reads what is read late otherwise
    except ValueError as error:
        if _DISORDER in str(error):
            raise TimestampError(
                "the certificates in the time stamp do not stand in the order that DER prescribes",
                "the token may be sound, but it is not a valid file of its kind: ask the service for one whose "
                "certificates are sorted (X.690 clause 11.6), or take another service",
            ) from None
        raise TimestampError(f"this is not an answer of a time-stamp service: {error}") from None
    if answer.status != 0:
        said = "; ".join(answer.status_string) or f"status {answer.status}"
        raise TimestampError(f"the time-stamp service refused: {said}")
    return answer


def _match(answer: TimeStampResponse, data: bytes) -> None:
    """Raise where the token is for other bytes."""
    imprint = answer.tst_info.message_imprint
    named = {
        "2.16.840.1.101.3.4.2.1": "sha256",
        "2.16.840.1.101.3.4.2.2": "sha384",
        "2.16.840.1.101.3.4.2.3": "sha512",
    }
    algorithm = named.get(imprint.hash_algorithm.dotted_string)
    if algorithm is None:
        raise TimestampError(f"the time stamp rests on a hash that is not accepted: {imprint.hash_algorithm}")
    if hashlib.new(algorithm, data).digest() != imprint.message:
        raise TimestampError("the time stamp was made for other bytes")


def _stamped(answer: TimeStampResponse) -> Stamped:
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - only where there is a token
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415

    (signer,) = answer.signed_data.signer_infos
    certificates = map(load_der_x509_certificate, answer.signed_data.certificates)
    own = next(c for c in certificates if (c.issuer, c.serial_number) == (signer.issuer, signer.serial_number))
    return Stamped(answer.tst_info.gen_time, own.subject.rfc4514_string(), own.fingerprint(SHA256()).hex())


class _NoRedirect(HTTPRedirectHandler):
    """A service that sends elsewhere is an error: the company configured one address, not two."""

    def redirect_request(self, *_: object) -> None:
        return None


def _sequence(content: bytes) -> bytes:
    """A DER sequence of less than 128 bytes."""
    return b"\x30" + bytes([len(content)]) + content
