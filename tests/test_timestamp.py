"""RFC 3161 time stamps: asked for, brought back, and checked as of the moment that they state."""

from __future__ import annotations

import hashlib
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
from asn1crypto import cms, tsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from pki import DAY, NOW, Pki, issue, shared
from qmsdoc.signing import timestamp
from qmsdoc.signing.timestamp import TimestampError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MANIFEST = b'{"release":"2026-12"}'
REFUSED = bytes.fromhex("3015 3013 020102 300e 0c0c") + b"out of quota"  # status 2, rejection
QUERY = timestamp.request(hashlib.sha256(MANIFEST).digest())


@pytest.fixture
def pki() -> Pki:
    return shared()


@pytest.fixture
def service(pki: Pki) -> Iterator[tuple[str, list[Callable[[bytes], tuple[int, bytes]]]]]:
    """A time-stamp service on this machine; what it answers can be replaced."""
    answers: list[Callable[[bytes], tuple[int, bytes]]] = [lambda query: (200, pki.tsa(query))]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            code, body = answers[-1](self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(code)
            if code == 302:
                self.send_header("Location", "http://elsewhere.invalid/")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/tsa", answers
    server.shutdown()
    thread.join()
    server.server_close()


def refusal(token: bytes, data: bytes, *roots: bytes) -> str:
    with pytest.raises(TimestampError) as caught:
        timestamp.verify(token, data, roots)
    return str(caught.value)


def test_a_request_is_what_the_standard_says_and_the_same_every_time() -> None:
    read = tsp.TimeStampReq.load(QUERY, strict=True).native
    assert read["version"] == "v1"
    assert read["cert_req"] is True
    assert read["nonce"] is None
    assert read["message_imprint"]["hash_algorithm"]["algorithm"] == "sha256"
    assert read["message_imprint"]["hashed_message"] == hashlib.sha256(MANIFEST).digest()
    with pytest.raises(ValueError, match="a SHA-256 digest has 32 bytes, this one has 20"):
        timestamp.request(hashlib.sha1(MANIFEST).digest())


def test_a_token_says_when_the_bytes_existed_and_who_says_so(pki: Pki) -> None:
    when = datetime(2026, 11, 1, 12, 30, tzinfo=UTC)
    token = pki.tsa(QUERY, at=when)
    assert timestamp.verify(token, MANIFEST, [pki.ca.pem]) == when
    stamped = timestamp.read(token, MANIFEST, [issue("Other CA").pem, pki.ca.pem])
    assert "CN=Zeitstempel" in stamped.service
    assert stamped.fingerprint == pki.stamp.fingerprint


def test_a_token_still_holds_after_the_certificate_of_the_service_has_ended(pki: Pki) -> None:
    purpose = ExtendedKeyUsageOID.TIME_STAMPING
    begins, ends = NOW - 900 * DAY, NOW - DAY
    ended = issue("Dienst", pki.ca, usage=("digital_signature",), extended=purpose, begins=begins, ends=ends)
    good = pki.tsa(QUERY, at=NOW - 500 * DAY, by=ended)
    assert timestamp.verify(good, MANIFEST, [pki.ca.pem]) == NOW - 500 * DAY
    late = pki.tsa(QUERY, at=NOW, by=ended)
    assert refusal(late, MANIFEST, pki.ca.pem).startswith("the time stamp does not hold: ")


def test_a_token_for_other_bytes_another_root_or_another_use_is_refused(pki: Pki) -> None:
    token = pki.tsa(QUERY)
    assert refusal(token, MANIFEST + b" ", pki.ca.pem) == "the time stamp was made for other bytes"
    assert refusal(token, MANIFEST, issue("Other CA").pem).startswith("the time stamp does not hold: ")
    assert refusal(token, MANIFEST) == "no certificate of a time-stamp service is trusted"
    assert refusal(token, MANIFEST, b"no PEM").startswith("a certificate to trust in cannot be read")
    signer = pki.tsa(QUERY, by=pki.anna)  # a person's certificate cannot stamp
    assert refusal(signer, MANIFEST, pki.ca.pem).startswith("the time stamp does not hold: ")


def test_a_changed_byte_makes_a_token_fail_and_never_tells_another_time(pki: Pki) -> None:
    token = pki.tsa(QUERY, at=NOW)
    refused = 0
    for at in range(0, len(token), 5):
        broken = token[:at] + bytes([token[at] ^ 0x41]) + token[at + 1 :]
        try:
            assert timestamp.verify(broken, MANIFEST, [pki.ca.pem]) == NOW  # a version number that nobody signs
        except TimestampError:
            refused += 1
    assert refused > 0.95 * len(range(0, len(token), 5))


def test_a_refused_request_is_told_with_the_words_of_the_service() -> None:
    assert refusal(REFUSED, MANIFEST) == "the time-stamp service refused: out of quota"


def test_a_token_whose_certificates_are_in_disorder_is_refused_with_a_hint(pki: Pki) -> None:
    answer = tsp.TimeStampResp.load(pki.tsa(QUERY))
    signed = answer["time_stamp_token"]["content"]
    own = signed["certificates"][0].chosen.dump()
    both = sorted([own, pki.ca.der], reverse=True)
    sorted_set, disorder = b"".join(reversed(both)), b"".join(both)
    signed["certificates"] = cms.CertificateSet([cms.CertificateChoices.load(each) for each in both])
    rebuilt = answer.dump(force=True)
    assert timestamp.verify(rebuilt, MANIFEST, [pki.ca.pem])
    with pytest.raises(TimestampError) as caught:
        timestamp.verify(rebuilt.replace(sorted_set, disorder), MANIFEST, [pki.ca.pem])
    assert str(caught.value) == "the certificates in the time stamp do not stand in the order that DER prescribes"
    assert "take another service" in caught.value.hint


def test_a_token_is_fetched_from_the_configured_service(
    pki: Pki, service: tuple[str, list[Callable[[bytes], tuple[int, bytes]]]]
) -> None:
    url, _ = service
    token = timestamp.fetch(url, MANIFEST)
    assert abs(timestamp.verify(token, MANIFEST, [pki.ca.pem]) - datetime.now(UTC)) < DAY


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda _: (503, b""), "the time-stamp service {url} answered 503 Service Unavailable"),
        (lambda _: (302, b""), "the time-stamp service {url} answered 302 Found"),
        (lambda _: (200, b"<html>"), "this is not an answer of a time-stamp service: "),
        (lambda _: (200, b"x" * 300_000), "the time-stamp service {url} answered with more than 262144 bytes"),
        (
            lambda _: (200, shared().tsa(timestamp.request(bytes(32)))),
            "the time stamp was made for other bytes",
        ),
    ],
)
def test_a_service_that_does_not_give_a_token_is_told(
    service: tuple[str, list[Callable[[bytes], tuple[int, bytes]]]],
    answer: Callable[[bytes], tuple[int, bytes]],
    said: str,
) -> None:
    url, answers = service
    answers.append(answer)
    with pytest.raises(TimestampError) as caught:
        timestamp.fetch(url, MANIFEST)
    assert str(caught.value).startswith(said.format(url=url))


def test_only_web_addresses_are_asked() -> None:
    with pytest.raises(TimestampError, match="is not the address of a time-stamp service"):
        timestamp.fetch("file:///etc/passwd", MANIFEST)
    with pytest.raises(TimestampError, match=r"the time-stamp service http://127\.0\.0\.1:1/ cannot be reached"):
        timestamp.fetch("http://127.0.0.1:1/", MANIFEST)
