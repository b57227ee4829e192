"""A throwaway public key infrastructure: a CA, signers, a time-stamp service, a list of revoked certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PASSPHRASE = "geheim & gültig"
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
DER = serialization.Encoding.DER


@dataclass(frozen=True)
class Holder:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    def p12(self, *above: Holder, passphrase: str = PASSPHRASE) -> bytes:
        """A PKCS#12 file, as a company gets it."""
        quick = (
            serialization.PrivateFormat.PKCS12.encryption_builder()
            .kdf_rounds(1000)
            .key_cert_algorithm(serialization.pkcs12.PBES.PBESv2SHA256AndAES256CBC)
            .build(passphrase.encode())
        )
        return serialization.pkcs12.serialize_key_and_certificates(
            b"me", self.key, self.certificate, [holder.certificate for holder in above], quick
        )


def _usage(*names: str) -> x509.KeyUsage:
    every = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"]
    every += ["key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]
    return x509.KeyUsage(**{name: name in names for name in every})


def issue(
    name: str,
    by: Holder | None = None,
    *,
    usage: tuple[str, ...] = ("content_commitment",),
    extended: x509.ObjectIdentifier | None = None,
    begins: datetime = NOW - 30 * DAY,
    ends: datetime = NOW + 365 * DAY,
) -> Holder:
    """A certificate for a new P-256 key; without an issuer, a root."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "AT"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Prüf Medizintechnik GmbH"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    issuer = by.certificate.subject if by else subject
    above = by.key if by else key
    builder = (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number(), begins, ends)
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(_usage(*usage) if by else _usage("key_cert_sign", "crl_sign"), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()), critical=False)
    )
    if extended:
        builder = builder.add_extension(x509.ExtendedKeyUsage([extended]), critical=True)
    if by:
        point = [x509.UniformResourceIdentifier("http://crl.invalid/ca.crl")]
        places = x509.CRLDistributionPoints([x509.DistributionPoint(point, None, None, None)])
        builder = builder.add_extension(places, critical=False)
    return Holder(builder.sign(above, hashes.SHA256()), key)


class Pki:
    """One CA and what it issued."""

    def __init__(self) -> None:
        self.ca = issue("Prüf-CA", begins=NOW - 4000 * DAY, ends=NOW + 4000 * DAY)
        self.anna = issue("Anna Müßig-Keller", self.ca)
        self.ben = issue("Ben Okonkwo", self.ca)
        self.stamp = issue(
            "Zeitstempel",
            self.ca,
            usage=("digital_signature",),
            extended=ExtendedKeyUsageOID.TIME_STAMPING,
            begins=NOW - 3000 * DAY,
            ends=NOW + 3000 * DAY,
        )

    def crl(self, *revoked: Holder, at: datetime = NOW - DAY) -> bytes:
        """The list of revoked certificates of the CA."""
        builder = x509.CertificateRevocationListBuilder(
            self.ca.certificate.subject, at, at + 30 * DAY
        ).add_extension(x509.CRLNumber(1), critical=False)
        key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.ca.key.public_key())
        builder = builder.add_extension(key_id, critical=False)
        for holder in revoked:
            entry = x509.RevokedCertificateBuilder(holder.certificate.serial_number, at)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(self.ca.key, hashes.SHA256()).public_bytes(DER)

    def tsa(self, request: bytes, *, at: datetime | None = None, by: Holder | None = None) -> bytes:
        """The answer of the time-stamp service (RFC 3161), without asking anybody."""
        holder = by or self.stamp
        asked = tsp.TimeStampReq.load(request)
        told: dict[str, object] = {
            "version": "v1",
            "policy": "1.3.6.1.4.1.99999.1",
            "message_imprint": asked["message_imprint"],
            "serial_number": x509.random_serial_number(),
            "gen_time": at or datetime.now(UTC).replace(microsecond=0),
        }
        if asked["nonce"].native is not None:
            told["nonce"] = asked["nonce"]
        return _answer(holder, tsp.TSTInfo(told).dump())


def _answer(holder: Holder, content: bytes) -> bytes:
    """A granted answer with the token that a service signs."""
    own = asn1_x509.Certificate.load(holder.der)
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    cert_id = tsp.ESSCertIDv2({"cert_hash": own.sha256})
    attributes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [_sha256(content)]}),
            cms.CMSAttribute(
                {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [cert_id]})]}
            ),
        ]
    )
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number",
            cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number}),
        ),
        "digest_algorithm": sha256,
        "signed_attrs": attributes,
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        "signature": holder.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
    }
    signed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [sha256],
            "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(content)},
            "certificates": [own],
            "signer_infos": [signer],
        }
    )
    token = cms.ContentInfo({"content_type": "signed_data", "content": signed})
    return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump()


def _sha256(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return digest.finalize()


@cache
def shared() -> Pki:
    """One for all tests of a process: keys take time."""
    return Pki()
