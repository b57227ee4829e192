"""Whose signature a release bears, and whether that person could give it: held against the trust states."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc import signed
from qmsdoc.publish.manifest import FILE, SIGNATURE, Manifest
from qmsdoc.signed import Anchors
from qmsdoc.trust import keys, sshsig, state
from qmsdoc.trust.state import State, Trust

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from qmsdoc.trust.act import Act
    from qmsdoc.trust.keys import Key


_WIDTH = 70  # of the lines of base64 (OpenSSH, PROTOCOL.sshsig)


class Unchecked(Exception):
    """A signature about which nothing can be said; the message says why."""


class Release(NamedTuple):
    """A release as it lies in a folder."""

    folder: Path
    raw: bytes  # of the manifest
    manifest: Manifest
    signature: bytes | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known from outside the folder of a release."""

    today: date
    anchors: Anchors = field(default_factory=Anchors)
    trust: Trust = field(default_factory=Trust)  # of the repository; without states where there is none
    anchored: bool = False  # something confirms the trust states of the repository
    acts: Mapping[str, Act] | None = None  # by digest; of the repository
    witnessed: datetime | None = None  # when a time stamp or a checkpoint first knew the signature


def chain_of(release: Release, known: Known) -> tuple[Trust, list[tuple[str, str]]]:
    """The trust states to judge by, and what is wrong: the repository's where they continue these."""
    told, files = release.manifest.trust, signed.read_files(release.folder, state.FOLDER)
    packed, problems = state.read_chain(files)
    if problems:
        return Trust(), [(problems[0].location.path, problems[0].message)]
    last = packed.latest
    if (told and (told.version, told.sha256)) != (last and (last.version, last.sha256)):
        return Trust(), [(FILE, "the trust states in the release are not those that it names")]
    ours = known.trust
    if (
        last is None
        or not ours.latest
        or ours.latest.project != last.project
        or last.version > ours.latest.version
    ):
        return packed, []
    for mine, other in zip(packed.states, ours.states, strict=False):
        if other.sha256 != mine.sha256:
            place = f"{state.FOLDER}/{mine.version}/state.json"
            return Trust(), [(place, f"it is not trust state {mine.version} of the repository")]
    return ours, []


def check_signature(release: Release, trust: Trust, known: Known) -> str:
    """Who signed a release, in words. Raises ValueError for what is wrong, Unchecked where nobody can tell."""
    if release.signature is None:
        raise Unchecked(f"{SIGNATURE} is missing")
    try:
        found = sshsig.verify(release.signature, release.raw, keys.RELEASE)
    except sshsig.BadSignature as error:
        raise ValueError(f"the signature does not hold: {error}") from None
    if not _as_written(release.signature):
        raise ValueError("it was changed; it is not as ssh-keygen writes a signature")
    if trust.latest is None:
        raise Unchecked("there are no trust states that hold, so nothing tells whose key signed")
    _check_anchor(trust, known)
    judge, key = _judge(release, trust, found.key)
    _check_authority(judge, key, release, known)
    _check_end(trust, key, known)
    return f"{judge.people.persons[key.person].name} ({key.person}), key {key.fingerprint}"


def _as_written(armored: bytes) -> bool:
    """Whether no byte differs from what the signature encodes to: blanks and unused bits of base64 included."""
    first, *lines, last = armored.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\n")
    text = base64.b64encode(base64.b64decode(b"".join(lines)))
    wrapped = [text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH)]
    return (first, last, lines) == (b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----", wrapped)


def _check_anchor(trust: Trust, known: Known) -> None:
    digests = {known_state.sha256 for known_state in trust.states}
    for anchor in known.anchors.given:
        if anchor.removeprefix("sha256:") not in digests and not known.anchored:
            raise ValueError(f"the anchor {anchor[:20]}… is none of the trust states by which it would count")
    if known.anchored or known.anchors.given or known.anchors.known.get(trust.states[0].project) in digests:
        return
    last = trust.states[-1]
    raise Unchecked(
        "nothing outside this folder confirms its trust states; ask a trust administrator for the digest of state "
        f"{last.version}, compare, and give it: --anchor sha256:{last.sha256}"
    )


def _judge(release: Release, trust: Trust, blob: bytes) -> tuple[State, Key]:
    """The first trust state, from that of the release on, that knows the key for releases."""
    first = release.manifest.trust.version if release.manifest.trust else 1
    for known in trust.states[first - 1 :]:
        key = known.keys.find(blob)
        if key and keys.RELEASE in key.purposes:
            return known, key
    raise ValueError(f"no trust state knows the key {sshsig.fingerprint(blob)} for releases")


def _check_authority(judge: State, key: Key, release: Release, known: Known) -> None:
    """A release is signed by somebody who may change trust: the policy names their roles."""
    person, roles = judge.people.persons.get(key.person), judge.policies.trust.roles
    day = known.witnessed.date() if known.witnessed else date.fromisoformat(release.manifest.as_of)
    if person is None or person.machine:
        raise ValueError(f"`{key.person}` is not a person of trust state {judge.version}")
    if roles and not any(person.holds(role, day) for role in roles):
        raise ValueError(f"`{key.person}` held none of the roles {', '.join(roles)} on {day}")
    if known.witnessed and key.since and known.witnessed < key.since:
        raise ValueError(f"the key of `{key.person}` was not valid yet at {known.witnessed.isoformat()}")


def _check_end(trust: Trust, key: Key, known: Known) -> None:
    """A signature with a key that has ended since needs a witness, as nobody can tell when it was made."""
    latest = trust.states[-1]
    since = latest.policies.revoked.get(key.fingerprint)
    if since and (known.witnessed is None or known.witnessed > since):
        raise ValueError(f"its key is in wrong hands since {since.isoformat()}, and nothing witnessed it before")
    last = latest.keys.find(key.blob)
    end = (last.until if last else None) or (None if last else latest.time)
    if end is None or end.date() > known.today or (known.witnessed and known.witnessed <= end):
        return
    if known.witnessed:
        raise ValueError(
            f"the key of `{key.person}` ended at {end.isoformat()}, before the signature was witnessed"
        )
    raise Unchecked(
        f"the key of `{key.person}` ended at {end.isoformat()}, and nothing shows that the signature was made "
        "before; a time stamp (--tsa-root) or a checkpoint in the repository would"
    )
