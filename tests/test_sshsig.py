"""SSH signatures, checked here and by ssh-keygen: both must agree, and what ssh-keygen overlooks is told."""

from __future__ import annotations

import base64
import hashlib
import struct
import subprocess  # noqa: TID251 - OpenSSH as the second opinion
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from qmsdoc.trust import keys, policy_file, sshsig
from signers import make_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MESSAGE = b'{"id":"SOP-001"}'
PURPOSE = "qmsdoc-act"
TOUCHED, UNLOCKED = 0x01, 0x04


def text(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def number(value: int) -> bytes:
    data = value.to_bytes((value.bit_length() + 8) // 8, "big")
    return text(data)


def armored(key: bytes, signature: bytes, purpose: str = PURPOSE) -> bytes:
    blob = (
        b"SSHSIG" + struct.pack(">I", 1) + b"".join(map(text, (key, purpose.encode(), b"", b"sha512", signature)))
    )
    lines = base64.encodebytes(blob).decode().replace("\n", "")
    return f"-----BEGIN SSH SIGNATURE-----\n{lines}\n-----END SSH SIGNATURE-----\n".encode()


def to_sign(message: bytes) -> bytes:
    digest = hashlib.sha512(message).digest()
    return b"SSHSIG" + b"".join(map(text, (PURPOSE.encode(), b"", b"sha512", digest)))


def by_security_key(flags: int) -> tuple[bytes, bytes]:
    """Key and signature as a FIDO2 key of Ed25519 makes them."""
    secret = ed25519.Ed25519PrivateKey.generate()
    raw = secret.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    key = text(sshsig.SK_ED25519.encode()) + text(raw) + text(b"ssh:")
    presence = bytes([flags]) + struct.pack(">I", 7)
    signed = hashlib.sha256(b"ssh:").digest() + presence + hashlib.sha256(to_sign(MESSAGE)).digest()
    return key, armored(key, text(sshsig.SK_ED25519.encode()) + text(secret.sign(signed)) + presence)


def by_older_security_key(flags: int) -> tuple[bytes, bytes]:
    """Key and signature as a FIDO2 key of ECDSA makes them."""
    secret = ec.generate_private_key(ec.SECP256R1())
    point = secret.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    key = b"".join(map(text, (sshsig.SK_ECDSA.encode(), b"nistp256", point, b"ssh:")))
    presence = bytes([flags]) + struct.pack(">I", 7)
    signed = hashlib.sha256(b"ssh:").digest() + presence + hashlib.sha256(to_sign(MESSAGE)).digest()
    r, s = decode_dss_signature(secret.sign(signed, ec.ECDSA(hashes.SHA256())))
    return key, armored(key, text(sshsig.SK_ECDSA.encode()) + text(number(r) + number(s)) + presence)


def keygen_accepts(tmp_path: Path, key: bytes, signature: bytes, message: bytes = MESSAGE) -> bool:
    kind = sshsig.key_type(key)
    (tmp_path / "signers").write_text(f'anna namespaces="{PURPOSE}" {kind} {base64.b64encode(key).decode()}\n')
    (tmp_path / "sig").write_bytes(signature)
    argv = ["ssh-keygen", "-Y", "verify", "-f", "signers", "-I", "anna", "-n", PURPOSE, "-s", "sig"]
    return subprocess.run(argv, cwd=tmp_path, input=message, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_keys_of_openssh(tmp_path: Path, kind: str) -> None:
    from qmsdoc.signing import keyfile

    key = keyfile.find_key(make_key(tmp_path, "k", kind))
    (signature,) = keyfile.sign(key, PURPOSE, [MESSAGE])
    assert sshsig.verify(signature, MESSAGE, PURPOSE) == sshsig.Signed(key.blob)
    assert keygen_accepts(tmp_path, key.blob, signature)


@pytest.mark.parametrize("make", [by_security_key, by_older_security_key])
@pytest.mark.parametrize("flags", [0, TOUCHED, TOUCHED | UNLOCKED])
def test_th_12_touch_and_pin_are_told(
    tmp_path: Path, make: Callable[[int], tuple[bytes, bytes]], flags: int
) -> None:
    """ssh-keygen says "Good signature" whether or not anybody touched the key."""
    key, signature = make(flags)
    signed = sshsig.verify(signature, MESSAGE, PURPOSE)
    assert signed == sshsig.Signed(key, bool(flags & TOUCHED), bool(flags & UNLOCKED))
    assert keygen_accepts(tmp_path, key, signature)


@pytest.mark.parametrize("make", [by_security_key, by_older_security_key])
def test_the_flags_are_signed_too(make: Callable[[int], tuple[bytes, bytes]]) -> None:
    key, signature = make(0)
    raw = base64.b64decode(b"".join(signature.split(b"\n")[1:-2]))
    forged = raw[:-5] + bytes([TOUCHED | UNLOCKED]) + raw[-4:]
    lines = base64.b64encode(forged).decode()
    claimed = f"-----BEGIN SSH SIGNATURE-----\n{lines}\n-----END SSH SIGNATURE-----\n".encode()
    assert key in forged
    with pytest.raises(sshsig.BadSignature, match="it does not belong to this text"):
        sshsig.verify(claimed, MESSAGE, PURPOSE)


class TestRefused:
    @pytest.fixture
    def good(self, tmp_path: Path) -> bytes:
        from qmsdoc.signing import keyfile

        (signature,) = keyfile.sign(keyfile.find_key(make_key(tmp_path, "k")), PURPOSE, [MESSAGE])
        return signature

    def test_th_11_another_purpose(self, good: bytes) -> None:
        with pytest.raises(sshsig.BadSignature, match="it was made for the purpose `qmsdoc-act`, not `git`"):
            sshsig.verify(good, MESSAGE, "git")

    def test_th_11_another_text(self, good: bytes) -> None:
        with pytest.raises(sshsig.BadSignature, match="it does not belong to this text"):
            sshsig.verify(good, MESSAGE + b" ", PURPOSE)

    @pytest.mark.parametrize(
        "broken", [b"", b"\xff" * 100, b"-----BEGIN SSH SIGNATURE-----\n!\n-----END SSH SIGNATURE-----"]
    )
    def test_no_signature_at_all(self, broken: bytes) -> None:
        with pytest.raises(sshsig.BadSignature, match="the file is not an SSH signature"):
            sshsig.verify(broken, MESSAGE, PURPOSE)

    def test_th_11_cut_off_anywhere(self, good: bytes) -> None:
        raw = base64.b64decode(b"".join(good.split(b"\n")[1:-2]))
        for end in range(len(raw)):
            lines = base64.b64encode(raw[:end]).decode()
            cut = f"-----BEGIN SSH SIGNATURE-----\n{lines}\n-----END SSH SIGNATURE-----\n".encode()
            with pytest.raises(sshsig.BadSignature):
                sshsig.verify(cut, MESSAGE, PURPOSE)

    def test_any_bit_that_is_changed(self, good: bytes) -> None:
        raw = base64.b64decode(b"".join(good.split(b"\n")[1:-2]))
        key = sshsig.verify(good, MESSAGE, PURPOSE).key
        for at in range(len(raw)):
            changed = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
            lines = base64.b64encode(changed).decode()
            forged = f"-----BEGIN SSH SIGNATURE-----\n{lines}\n-----END SSH SIGNATURE-----\n".encode()
            with pytest.raises(sshsig.BadSignature):
                assert sshsig.verify(forged, MESSAGE, PURPOSE).key != key

    def test_a_short_rsa_key(self, tmp_path: Path) -> None:
        subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", tmp_path / "k"], check=True)
        (tmp_path / "m").write_bytes(MESSAGE)
        argv = ["ssh-keygen", "-Y", "sign", "-f", tmp_path / "k", "-n", PURPOSE, tmp_path / "m"]
        subprocess.run(argv, check=True, capture_output=True)
        with pytest.raises(sshsig.BadSignature, match="an RSA key needs 3072 bits and SHA-2"):
            sshsig.verify((tmp_path / "m.sig").read_bytes(), MESSAGE, PURPOSE)
        with pytest.raises(ValueError, match="an RSA key needs at least 3072 bits"):
            keys.read_public_key((tmp_path / "k.pub").read_text())


KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDGcSOfv42BU4n7lkPwhiEUoul5usg9oHPNMt7kbs5yj"


class TestAllowedSigners:
    def test_a_line_reads_as_it_was_written(self) -> None:
        times = 'valid-after="20260101000000Z",valid-before="20270101000000Z"'
        line = f'anna namespaces="qmsdoc-act",{times} {KEY} laptop'
        found, wrong = keys.read_keys(f"# a note\n\n{line}\n")
        assert wrong == []
        assert [str(key) for key in found.keys] == [line]
        assert found.keys[0].line == 3

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            (f"anna {KEY}", "the key has no known purpose"),
            (f'anna namespaces="git" {KEY}', "the key has no known purpose"),
            (f'anna,bob namespaces="qmsdoc-act" {KEY}', "`anna,bob` is not one person's key in people.toml"),
            (f'* namespaces="qmsdoc-act" {KEY}', "`*` is not one person's key in people.toml"),
            (f'anna cert-authority,namespaces="qmsdoc-act" {KEY}', "`cert-authority` is not accepted here"),
            (f'anna namespaces="qmsdoc-act",namespaces="git" {KEY}', "`namespaces` stands twice"),
            (f'anna namespaces="qmsdoc-act",valid-before="20261301Z" {KEY}', "`20261301Z` is not a time in UTC"),
            (f'anna namespaces="qmsdoc-act",valid-before="20261201" {KEY}', "`20261201` is not a time in UTC"),
            (f'anna namespaces="qmsdoc-act" ssh-rsa {KEY.split()[1]}', "the key says it is `ssh-ed25519`"),
            ('anna namespaces="qmsdoc-act" ssh-ed25519 !!!', "the key is not base64"),
            ("anna", "this line is not `person options type key`"),
        ],
    )
    def test_what_is_refused(self, line: str, message: str) -> None:
        found, wrong = keys.read_keys(line)
        assert found.keys == ()
        assert [w.message[: len(message)] for w in wrong] == [message]

    def test_one_key_of_two_persons(self) -> None:
        _, wrong = keys.read_keys(f'anna namespaces="qmsdoc-act" {KEY}\nbob namespaces="qmsdoc-act" {KEY}\n')
        assert wrong == [keys.Wrong(2, "this key stands already in line 1, for `anna`")]


class TestPolicy:
    GOOD = '[trust]\nroles = ["qm"]\n[default]\nacts = [{ meaning = "approval" }]\n'

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (GOOD.replace('["qm"]', "[]"), "[trust] roles must name roles of people.toml"),
            (GOOD.replace('["qm"]', '["owner"]'), "[trust] roles must name roles of people.toml"),
            (GOOD.replace('"approval"', '"acknowledgement"'), "[default] asks for no approval"),
            (GOOD.replace('"approval"', '"issue"'), "[default] asks for no approval"),
            (GOOD.replace('[{ meaning = "approval" }]', "[]"), "[default] needs acts"),
            (GOOD + "[takeover]\n", "[takeover] roles must name roles of people.toml"),
            (GOOD + "[types.sop]\nacts = 3\n", "[types.sop] needs acts"),
            (GOOD.replace('"approval"', '"aproval"'), "[default] meaning: `aproval` is none of"),
            (GOOD.replace("[trust]\n", "[trust]\nsigners = 0\n"), "[trust] signers is not a whole number from 1"),
            (
                GOOD.replace("[trust]\n", "[trust]\nsigners = true\n"),
                "[trust] signers is not a whole number from 1",
            ),
            (
                GOOD + '[revoked]\n"SHA256:x" = { since = 2026-01-01T00:00:00Z }\n',
                "[revoked] `SHA256:x` is not the",
            ),
            (GOOD + "[defualt]\n", "`defualt` is not a key of this file. did you mean `default`?"),
        ],
    )
    def test_what_would_be_no_policy(self, text: str, message: str) -> None:
        with pytest.raises(policy_file.BadPolicy) as error:
            policy_file.read_policies(text, {"qm": "Quality manager"})
        assert str(error.value)[: len(message)] == message
