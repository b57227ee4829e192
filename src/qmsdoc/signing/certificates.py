"""Certificates: the signer's own with its key, and those that others are checked against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from asn1crypto import keys, pem, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

if TYPE_CHECKING:
    from datetime import datetime

KEY_USAGE = {"non_repudiation", "digital_signature"}  # one of them (ETSI EN 319 412-2 clause 4.3.2)


_PURPOSES = {  # of persons; a certificate that names others only, as for a web server, signs no documents
    "1.3.6.1.5.5.7.3.36",  # document signing, RFC 9336
    "1.2.840.113583.1.1.5",  # Adobe
    "microsoft_document_signing",
    "email_protection",
    "client_auth",
    "any_extended_key_usage",
}


class PadesError(Exception):
    """A PDF cannot be signed or read; the message says why, `hint` what helps."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Credential:
    """A private key with its certificate and those above it."""

    signer: SimpleSigner
    certificate: x509.Certificate

    @property
    def name(self) -> str:
        """The name of the person in the certificate."""
        return common_name(self.certificate)


def load(pkcs12_file: bytes, passphrase: str) -> Credential:
    """The credential in a PKCS#12 file (`.p12`, `.pfx`). Raises PadesError."""
    try:
        held = pkcs12.load_pkcs12(pkcs12_file, passphrase.encode() or None)
    except ValueError as error:
        if "password" in str(error).lower():
            raise PadesError("the passphrase does not open the certificate file") from None
        raise PadesError(
            "the certificate file is not a PKCS#12 file", "it usually ends with .p12 or .pfx"
        ) from None
    if held.key is None or held.cert is None:
        raise PadesError("the certificate file holds no private key with its certificate")
    own = _asn1(held.cert.certificate.public_bytes(Encoding.DER))
    others = SimpleCertificateStore()
    others.register_multiple(_asn1(c.certificate.public_bytes(Encoding.DER)) for c in held.additional_certs)
    key = held.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(
        signing_cert=own, signing_key=keys.PrivateKeyInfo.load(key), cert_registry=others, embed_roots=False
    )
    return Credential(signer, own)


def read(text: bytes) -> list[x509.Certificate]:
    """The certificates in a PEM file. Raises PadesError."""
    try:
        found = [_asn1(der) for kind, _, der in pem.unarmor(text, multiple=True) if kind == "CERTIFICATE"]
    except ValueError:
        found = []
    if not found:
        raise PadesError("no certificate can be read", "give certificates as PEM: -----BEGIN CERTIFICATE-----")
    return found


def common_name(certificate: x509.Certificate) -> str:
    """The name of the holder: the common name, or all that the subject says."""
    name = certificate.subject.native.get("common_name")
    return name if isinstance(name, str) else str(certificate.subject.human_friendly)


def usage(certificate: x509.Certificate, now: datetime) -> set[str]:
    """The uses that make a certificate one for signatures; raises PadesError where it should not be used now."""
    if not certificate.not_valid_before <= now <= certificate.not_valid_after:
        begins, ends = certificate.not_valid_before, certificate.not_valid_after
        raise PadesError(f"the certificate is valid only from {begins:%Y-%m-%d} to {ends:%Y-%m-%d}")
    stated = certificate.key_usage_value
    found = KEY_USAGE & set(stated.native if stated else ())
    if not found or not signs_documents(certificate):
        raise PadesError("the certificate is not for signatures", "it needs the key usage non-repudiation")
    return found


def signs_documents(certificate: x509.Certificate) -> bool:
    """Whether the purposes that a certificate names, if any, are those of a person who signs."""
    purposes = certificate.extended_key_usage_value
    return purposes is None or bool(set(purposes.native) & _PURPOSES)


def der(data: bytes) -> bytes:
    """The DER bytes of what is DER or PEM."""
    return pem.unarmor(data)[2] if pem.detect(data) else data


def _asn1(der: bytes) -> x509.Certificate:
    return x509.Certificate.load(der)
