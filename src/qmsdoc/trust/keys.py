"""`allowed_signers`: whose key counts for which purpose, from when until when (ssh-keygen(1), ALLOWED SIGNERS)."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.trust import sshsig

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FILE = "allowed_signers"
ACT, TRUST, CHECKPOINT, RELEASE = "qmsdoc-act", "qmsdoc-trust", "qmsdoc-checkpoint", "qmsdoc-release"
OF_PERSONS = (ACT, CHECKPOINT, RELEASE, TRUST)
OF_MACHINES = (CHECKPOINT,)  # a machine can witness, and never states anything

_option = re.compile(r'(?<![a-z-])([a-z-]+)(?:="([^"]*)")?(?:,|$)', re.ASCII)
_fields = re.compile(
    r'(\S+)[ \t]++(?:([a-z-]+(?:="[^"]*")?(?:,[a-z-]+(?:="[^"]*")?)*)[ \t]++)?(\S+)[ \t]++(\S+)(?:[ \t]++(.*))?',
    re.ASCII,
)
_moment = re.compile(r"(\d{8})(\d{4}(?:\d{2})?)?Z", re.ASCII)


class Wrong(NamedTuple):
    """What is wrong with a line of the file."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Key:
    """A public key of a person (or of a machine), its purposes, and when it is valid: from, and not after."""

    person: str
    blob: bytes
    purposes: frozenset[str]
    since: datetime | None = None
    until: datetime | None = None
    comment: str = ""
    line: int = 0

    @property
    def type(self) -> str:
        """The kind of key, such as `ssh-ed25519`."""
        return sshsig.key_type(self.blob)

    @property
    def fingerprint(self) -> str:
        """`SHA256:…` as OpenSSH shows it."""
        return sshsig.fingerprint(self.blob)

    def valid(self, moment: datetime) -> bool:
        """Whether it is valid at a moment."""
        return (self.since is None or self.since <= moment) and (self.until is None or moment < self.until)

    def __str__(self) -> str:
        """The line of the file."""
        options = [f'namespaces="{",".join(sorted(self.purposes))}"']
        options += [f'valid-after="{_written(self.since)}"'] if self.since else []
        options += [f'valid-before="{_written(self.until)}"'] if self.until else []
        blob = base64.b64encode(self.blob).decode()
        return " ".join([self.person, ",".join(options), self.type, blob, self.comment]).rstrip()


@dataclass(frozen=True)
class Keys:
    """The keys of one trust state."""

    keys: Sequence[Key] = ()

    def find(self, blob: bytes) -> Key | None:
        """The entry of a public key."""
        return next((key for key in self.keys if key.blob == blob), None)

    def of(self, person: str) -> list[Key]:
        """The keys of a person, in the order of the file."""
        return [key for key in self.keys if key.person == person]


def read_keys(text: str) -> tuple[Keys, list[Wrong]]:
    """Read the file; a line that is wrong is told and left out."""
    keys: dict[bytes, Key] = {}
    wrong: list[Wrong] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            key = _key(line.strip(), number)
        except (ValueError, sshsig.BadSignature) as error:
            wrong.append(Wrong(number, str(error)))
            continue
        if other := keys.get(key.blob):
            wrong.append(Wrong(number, f"this key stands already in line {other.line}, for `{other.person}`"))
        else:
            keys[key.blob] = key
    return Keys(tuple(keys.values())), wrong


def read_public_key(text: str) -> bytes:
    """The key of a `.pub` file; raises ValueError for one that is not accepted."""
    parts = text.split()
    if len(parts) < 2:  # noqa: PLR2004 - type and key
        raise ValueError("this is not a public SSH key; it is the file that ends in `.pub`")
    return _blob(parts[0], parts[1])


def write_keys(keys: Iterable[Key]) -> str:
    """The text of the file."""
    head = "# Whose key counts, for what, from when until when (OpenSSH allowed_signers). Times are UTC.\n"
    return head + "".join(f"{key}\n" for key in keys)


def _key(line: str, number: int) -> Key:
    if not (match := _fields.fullmatch(line)):
        raise ValueError("this line is not `person options type key`")
    person, options, name, blob, comment = match.groups()
    if not re.fullmatch(r"[a-z][a-z0-9-]*", person, re.ASCII):
        raise ValueError(f"`{person}` is not one person's key in people.toml; patterns and lists are not accepted")
    found = dict(_options(options or ""))
    purposes = frozenset(filter(None, found.pop("namespaces", "").split(",")))
    if not purposes or purposes - set(OF_PERSONS):
        raise ValueError(f'the key has no known purpose; write namespaces="{",".join(OF_PERSONS)}"')
    since, until = (_read_moment(found.pop(name, "")) for name in ("valid-after", "valid-before"))
    if found:
        raise ValueError(f"`{next(iter(found))}` is not accepted here")
    return Key(person, _blob(name, blob), purposes, since, until, comment or "", number)


def _options(text: str) -> Iterator[tuple[str, str]]:
    seen = set()
    for match in _option.finditer(text):
        if match[1] in seen:
            raise ValueError(f"`{match[1]}` stands twice")
        seen.add(match[1])
        yield match[1], match[2] or ""


def _blob(name: str, text: str) -> bytes:
    try:
        blob = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("the key is not base64") from None
    kind = sshsig.key_type(blob)
    if kind != name:
        raise ValueError(f"the key says it is `{kind}`, the line says `{name}`")
    if kind not in sshsig.TYPES:
        raise ValueError(f"keys of type `{kind}` are not accepted; make one with `ssh-keygen -t ed25519`")
    if kind == sshsig.RSA and sshsig.rsa_bits(blob) < sshsig.MIN_RSA:
        raise ValueError(f"an RSA key needs at least {sshsig.MIN_RSA} bits; better: `ssh-keygen -t ed25519`")
    return blob


def _read_moment(text: str) -> datetime | None:
    if not text:
        return None
    match = _moment.fullmatch(text)
    digits = match[1] + (match[2] or "").ljust(6, "0") if match else ""
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise ValueError(f"`{text}` is not a time in UTC; write it as 20261130Z or 20261130120000Z") from None


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%SZ")
