"""A person's own key: which one it is, how it is protected, and signing with it by `ssh-keygen -Y sign`.

The agent is switched off, so that possession (the key) and knowledge (its passphrase or PIN) are both shown for
each signing (21 CFR 11.200(a)(1)).
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qmsdoc.external import process
from qmsdoc.trust import keys, sshsig
from qmsdoc.trust.act import Form

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS = 120.0  # for typing a passphrase, or touching a security key
_ASKED = "QMSDOC_PASSPHRASE"


class SigningError(Exception):
    """Something stands against a signature; `hint` says what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A private key on this machine and its public half."""

    path: Path
    blob: bytes

    @property
    def form(self) -> Form:
        """What a signature with it can claim."""
        return Form.SECURITY_KEY if sshsig.key_type(self.blob) in sshsig.SECURITY_KEYS else Form.KEY

    @property
    def protection(self) -> str:
        """`security-key`, `passphrase`, or `none` for a key that anybody could use who copies it."""
        if self.form is Form.SECURITY_KEY:
            return Form.SECURITY_KEY.value
        try:
            process.run(["ssh-keygen", "-y", "-P", "", "-f", str(self.path)], timeout=SECONDS)
        except process.ProgramError:
            return "passphrase"
        return "none"


def find_key(path: Path) -> KeyFile:
    """A key by the path of its private file, beside which its `.pub` lies; raises SigningError."""
    path = Path(os.path.expanduser(path))  # noqa: PTH111 - a path from an environment variable, too
    if path.suffix == ".pub":
        path = path.with_suffix("")
    public = Path(f"{path}.pub")
    if not path.is_file():
        raise SigningError(f"there is no key {path}", "`ssh-keygen -t ed25519` makes one")
    try:
        return KeyFile(path, keys.read_public_key(public.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise SigningError(f"{public} is missing", f"`ssh-keygen -y -f {path} > {public}` writes it") from None
    except (OSError, ValueError, sshsig.BadSignature) as error:
        raise SigningError(f"{public} cannot be used: {error}") from None


def sign(key: KeyFile, namespace: str, payloads: Sequence[bytes], passphrase: str | None = None) -> list[bytes]:
    """A signature of each payload; the passphrase is asked for once, on the terminal. Raises SigningError.

    passphrase: where it was asked for already (in `qmsdoc desk`).
    """
    with tempfile.TemporaryDirectory(prefix="qmsdoc-") as scratch:
        folder = Path(scratch)
        files = [folder / f"{number}.json" for number in range(len(payloads))]
        for file, payload in zip(files, payloads, strict=True):
            file.write_bytes(payload)
        argv = ["ssh-keygen", "-Y", "sign", "-f", str(key.path), "-n", namespace, *map(str, files)]
        try:
            process.run(argv, timeout=SECONDS, environment=_asking(folder, passphrase), terminal=True)
            found = [Path(f"{file}.sig").read_bytes() for file in files]
        except (process.ProgramError, OSError) as error:
            raise SigningError(f"nothing was signed: {_why(error)}") from None
    for signature, payload in zip(found, payloads, strict=True):
        try:
            signed = sshsig.verify(signature, payload, namespace)
        except sshsig.BadSignature as error:
            raise SigningError(f"nothing was signed: the signature that was made does not hold: {error}") from None
        if signed.key != key.blob:
            raise SigningError(f"nothing was signed: {key.path}.pub does not belong to {key.path}")
    return found


def _asking(folder: Path, passphrase: str | None) -> dict[str, str]:
    """An environment without agent; with one that answers for a passphrase that was asked for elsewhere."""
    kept = ("SSH_ASKPASS", "SSH_ASKPASS_REQUIRE", "DISPLAY", "HOME", "TERM")  # ssh-keygen asks by these
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    if passphrase is None:
        return environment
    program = folder / ("ask.bat" if sys.platform == "win32" else "ask.sh")
    answer = f"@echo %{_ASKED}%\r\n" if sys.platform == "win32" else f'#!/bin/sh\nprintf "%s\\n" "${_ASKED}"\n'
    program.write_text(answer, encoding="utf-8", newline="")
    program.chmod(0o700)
    asked = {"SSH_ASKPASS": str(program), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0", _ASKED: passphrase}
    return {**environment, **asked}


def _why(error: Exception) -> str:
    said = str(error)
    if "incorrect passphrase" in said:
        return "the passphrase is wrong"
    if "bad permissions" in said or "too open" in said:
        return "others may read the key file; `chmod 600` it"
    return said
