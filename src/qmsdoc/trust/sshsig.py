"""SSH signatures over data, checked in this process (OpenSSH, PROTOCOL.sshsig and PROTOCOL.u2f).

Ed25519 and RSA keys, and both kinds of FIDO2 keys. `ssh-keygen -Y verify` accepts the same files, but ignores
whether a FIDO2 key was touched and unlocked; here that is told.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from typing import NamedTuple

_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_MAGIC = b"SSHSIG"
_HASHES = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
ED25519, RSA = "ssh-ed25519", "ssh-rsa"
SK_ED25519, SK_ECDSA = "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"
SECURITY_KEYS = frozenset({SK_ED25519, SK_ECDSA})
TYPES = frozenset({ED25519, RSA}) | SECURITY_KEYS
MIN_RSA = 3072  # bits, NIST SP 800-57 part 1: 128 bits of security
_TOUCHED, _UNLOCKED = 0x01, 0x04  # user present, user verified (FIDO2)
_MAX = 16 * 2**10  # bytes of a signature file; the largest known has about 2 KiB


class BadSignature(ValueError):
    """A signature that does not hold; the message says why."""


class Signed(NamedTuple):
    """A signature that holds: by which key, and for a FIDO2 key whether it was touched and unlocked."""

    key: bytes
    touched: bool = False
    unlocked: bool = False


class _Reader:
    """Reads the fields of an SSH wire format (RFC 4251 §5)."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def take(self, count: int) -> bytes:
        if count > len(self.data):
            raise BadSignature("it is cut off")
        found, self.data = self.data[:count], self.data[count:]
        return found

    def number(self) -> int:
        return int(struct.unpack(">I", self.take(4))[0])

    def string(self) -> bytes:
        return self.take(self.number())

    def end(self) -> None:
        if self.data:
            raise BadSignature("something follows its end")


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def key_type(blob: bytes) -> str:
    """The type that a public key itself tells; raises BadSignature for what is no key."""
    return _Reader(blob).string().decode("ascii", "replace")


def fingerprint(blob: bytes) -> str:
    """The fingerprint of a public key as OpenSSH shows it: `SHA256:…`."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def rsa_bits(blob: bytes) -> int:
    """The size of an RSA key."""
    reader = _Reader(blob)
    reader.string(), reader.string()
    return int.from_bytes(reader.string(), "big").bit_length()


def verify(armored: bytes, message: bytes, namespace: str) -> Signed:
    """Check a signature file over a message for a purpose; raises BadSignature with the reason."""
    reader = _Reader(_unarmored(armored))
    if reader.take(len(_MAGIC)) != _MAGIC or reader.number() != 1:
        raise BadSignature("it is not an SSH signature of version 1")
    key, purpose, reserved, algorithm, signature = (reader.string() for _ in range(5))
    reader.end()
    if purpose != namespace.encode():
        raise BadSignature(f"it was made for the purpose `{purpose.decode(errors='replace')}`, not `{namespace}`")
    if algorithm not in _HASHES:
        raise BadSignature("it uses a hash that is not SHA-256 or SHA-512")
    digest = _HASHES[algorithm](message).digest()
    signed = _MAGIC + _string(purpose) + _string(reserved) + _string(algorithm) + _string(digest)
    return _check(key, signature, signed)


def _unarmored(armored: bytes) -> bytes:
    text = armored.decode("ascii", "replace").strip() if len(armored) <= _MAX else ""
    if not (text.startswith(_BEGIN) and text.endswith(_END)):
        raise BadSignature("the file is not an SSH signature")
    try:
        return base64.b64decode("".join(text[len(_BEGIN) : -len(_END)].split()), validate=True)
    except (binascii.Error, ValueError):
        raise BadSignature("the file is not an SSH signature") from None


def _check(key: bytes, signature: bytes, signed: bytes) -> Signed:
    """Check the innermost signature by the kind of its key."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - only where somebody signed

    kind, outer = key_type(key), _Reader(signature)
    algorithm, inner = outer.string(), outer.string()
    flags, counter = b"", b""
    if kind in SECURITY_KEYS:
        flags, counter = outer.take(1), outer.take(4)
    outer.end()
    try:
        if kind == RSA:
            _check_rsa(key, algorithm, inner, signed)
        elif kind in TYPES and algorithm == kind.encode():
            _check_curve(key, kind, inner, signed, flags + counter)
        else:
            raise BadSignature(f"keys of type `{kind}` are not accepted")
    except InvalidSignature:
        raise BadSignature("it does not belong to this text") from None
    except ValueError as error:  # cryptography: a key that is none
        raise BadSignature(f"its key is broken: {error}") from None
    return Signed(key, bool(flags and flags[0] & _TOUCHED), bool(flags and flags[0] & _UNLOCKED))


def _check_rsa(key: bytes, algorithm: bytes, inner: bytes, signed: bytes) -> None:
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415

    known: dict[bytes, hashes.HashAlgorithm] = {b"rsa-sha2-256": hashes.SHA256(), b"rsa-sha2-512": hashes.SHA512()}
    if algorithm not in known or rsa_bits(key) < MIN_RSA:
        raise BadSignature(f"an RSA key needs {MIN_RSA} bits and SHA-2")
    reader = _Reader(key)
    reader.string()
    exponent, modulus = (int.from_bytes(reader.string(), "big") for _ in range(2))
    public = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    public.verify(inner.rjust(public.key_size // 8, b"\0"), signed, padding.PKCS1v15(), known[algorithm])


def _check_curve(key: bytes, kind: str, inner: bytes, signed: bytes, presence: bytes) -> None:
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils  # noqa: PLC0415

    reader = _Reader(key)
    reader.string()
    if kind == SK_ECDSA:
        reader.string()  # the name of the curve, which the type fixes
    point = reader.string()
    if presence:
        application = hashlib.sha256(reader.string()).digest()
        signed = application + presence + hashlib.sha256(signed).digest()
    reader.end()
    if kind == SK_ECDSA:
        numbers = _Reader(inner)
        r, s = (int.from_bytes(numbers.string(), "big") for _ in range(2))
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        public.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    else:
        ed25519.Ed25519PublicKey.from_public_bytes(point).verify(inner, signed)
