"""Changes of `trust/`: enrolling, rotating and revoking keys, and signing a new trust state."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from qmsdoc import signed
from qmsdoc.signing import keyfile
from qmsdoc.signing.keyfile import KeyFile, SigningError
from qmsdoc.trust import keys, people, sshsig, state
from qmsdoc.trust.keys import Key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from qmsdoc.project import Project
    from qmsdoc.trust.people import People

SIGNERS, POLICY = f"trust/{keys.FILE}", f"trust/{state.FILES[2]}"


@dataclass(frozen=True)
class Proposal:
    """A trust state that is to be signed: its number, its bytes, the files to write, and what is new in it."""

    version: int
    payload: bytes
    files: Mapping[str, bytes]  # by path; without those that are there already
    before: Mapping[str, str]  # texts of the state before, by file name
    after: Mapping[str, str]
    acts: int  # how many statements it is the first to witness

    @property
    def confirmation(self) -> str:
        """What the person types to confirm."""
        return f"trust {self.version}"


def initial(persons: People, admins: Mapping[str, Path], now: datetime, *, solo: bool) -> dict[str, str]:
    """The first `allowed_signers` and `policy.toml`; raises SigningError.

    admins: public key files by person; they may sign changes of trust.
    """
    if not solo and len(admins) < 2:  # noqa: PLR2004 - four eyes
        hint = "name two with --admin, or --solo where there is only one person"
        raise SigningError("changes of trust are signed by two persons", hint)
    entries = [new_key(persons, person, path, now) for person, path in admins.items()]
    held = [persons.persons[key.person].roles_on(now.date()) for key in entries]
    if missing := next((key.person for key, roles in zip(entries, held, strict=True) if not roles), ""):
        raise SigningError(f"{missing} holds no role today", "give one in trust/people.toml")
    roles = list(dict.fromkeys(roles[0] for roles in held))
    return {SIGNERS: keys.write_keys(entries), POLICY: _policy(roles, solo=solo)}


def _policy(roles: Sequence[str], *, solo: bool) -> str:
    listed = ", ".join(f'"{role}"' for role in roles)
    return f"""\
# Which acts a revision needs before it is in force. It counts once `qmsdoc trust sign` made a state of it.

[trust]  # who signs changes of this folder
roles = [{listed}]
signers = {1 if solo else 2}

[default]  # controlled documents; `owner` is the role that owns the document
acts = [
  {{ meaning = "author" }},
  {{ meaning = "approval", roles = [{listed}] }},
]
in_order = true
author_may_approve = {"true" if solo else "false"}
forms = ["key", "security-key"]  # also: "signed-pdf", "paper"

# Another policy for a type of document:
# [types.manual]
# acts = [
#   {{ meaning = "author" }},
#   {{ meaning = "review", roles = ["prrc"] }},
#   {{ meaning = "approval", roles = ["top-management"] }},
# ]

# Records whose closing authorises something:
# [types.capa]
# acts = [{{ meaning = "closure", roles = ["quality-manager"] }}]

# Documents that were approved before they were moved into this system:
# [takeover]
# roles = [{listed}]
# until = 2027-06-30
"""


def new_key(persons: People, person: str, path: Path, now: datetime, *, until: datetime | None = None) -> Key:
    """An entry for a person's public key; raises SigningError."""
    holder = persons.persons.get(person)
    if holder is None:
        raise SigningError(
            f"`{person}` is not a person of {people.FILE}", "write them there first, with their roles"
        )
    try:
        blob = keys.read_public_key(path.expanduser().read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SigningError(f"{path} cannot be read: {error}") from None
    except (ValueError, sshsig.BadSignature) as error:
        raise SigningError(f"{path}: {error}") from None
    purposes = keys.OF_MACHINES if holder.machine else keys.OF_PERSONS
    return Key(person, blob, frozenset(purposes), now.astimezone(UTC).replace(microsecond=0), until)


def added(text: str, key: Key) -> str:
    """`allowed_signers` with one more key; raises SigningError where it is there already."""
    known, _ = keys.read_keys(text)
    if other := known.find(key.blob):
        raise SigningError(f"this key is there already, for {other.person}", "one key belongs to one person")
    return text.rstrip("\n") + f"\n{key}\n"


def ended(text: str, chosen: Sequence[Key], moment: datetime) -> str:
    """`allowed_signers` in which keys end at a moment; their lines stay, so that earlier acts verify."""
    lines = text.splitlines()
    for key in chosen:
        lines[key.line - 1] = str(replace(key, until=min(moment, key.until or moment)))
    return "\n".join(lines) + "\n"


def revoked(text: str, chosen: Sequence[Key], since: datetime, reason: str) -> str:
    """`policy.toml` that says since when keys are in wrong hands."""
    quoted = reason.replace("\\", " ").replace('"', "'")
    moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    entries = [f'"{key.fingerprint}" = {{ since = {moment}, reason = "{quoted}" }}' for key in chosen]
    lines = text.splitlines()
    at = next((number for number, line in enumerate(lines, 1) if line.strip() == "[revoked]"), None)
    if at is None:
        lines += ["", "[revoked]  # keys in wrong hands: only what was witnessed before counts"]
        at = len(lines)
    return "\n".join([*lines[:at], *entries, *lines[at:]]) + "\n"


def propose(root: Path, project: Project, now: datetime, reason: str) -> Proposal:
    """The state that waits for signatures, or a new one of the files in `trust/`; raises SigningError."""
    files = signed.read_files(root, "trust")
    chain, problems = state.read_chain(files)
    if problems and problems[0].code != state.PENDING:
        raise SigningError(f"{problems[0].location.path}: {problems[0].message}", "restore it from the history")
    working = {name: files.get(f"trust/{name}", b"") for name in state.FILES}
    before = _texts(files, chain.latest.version) if chain.latest else {}
    after = {name: raw.decode("utf-8", "replace") for name, raw in working.items()}
    same = {name: state.content_hash(raw) for name, raw in working.items()}
    if chain.pending:
        if chain.pending.files != same:
            folder = f"{state.FOLDER}/{chain.pending.version}"
            raise SigningError(
                f"{folder} waits for signatures and trust/ was changed since", f"remove {folder} first"
            )
        payload = files[f"{state.FOLDER}/{chain.pending.version}/state.json"]
        return Proposal(chain.pending.version, payload, {}, before, after, len(chain.pending.acts))
    if chain.latest and chain.latest.files == same:
        raise SigningError(f"trust/ is as in trust state {chain.latest.version}; there is nothing to sign")
    try:
        state.read_content(working)
    except state.BadState as error:
        raise SigningError(f"trust/{error.file}:{error.line}: {error}") from None
    witnessed = {digest for known in chain.states for digest in known.acts}
    acts = [act.digest for act in project.acts if act.digest not in witnessed]
    name = chain.latest.project if chain.latest else project_name(project.config.company.name)
    version = chain.latest.version + 1 if chain.latest else 1
    previous = chain.latest.sha256 if chain.latest else ""
    moment = now.isoformat(timespec="seconds")
    payload = state.compose(name, version, previous, working, acts, moment, reason)
    folder = f"{state.FOLDER}/{version}"
    new = {f"{folder}/{file}": raw.replace(b"\r\n", b"\n") for file, raw in working.items()}
    return Proposal(version, payload, {f"{folder}/state.json": payload, **new}, before, after, len(acts))


def _texts(files: Mapping[str, bytes], version: int) -> dict[str, str]:
    return {name: files[f"{state.FOLDER}/{version}/{name}"].decode() for name in state.FILES}


def project_name(company: str) -> str:
    """A name for a project that no other has: statements cannot be carried into another one."""
    words = re.sub(r"[^a-z0-9]+", "-", company.lower()).strip("-")
    return f"{words[:40] or 'qms'}-{secrets.token_hex(4)}"


def sign(root: Path, proposal: Proposal, key: KeyFile) -> tuple[dict[str, bytes], state.Trust]:
    """Sign a proposal; the files to write and the chain as it will be. Raises SigningError."""
    files = signed.read_files(root, "trust")
    chain, _ = state.read_chain(files)
    judge = chain.latest or chain.pending or state.read_state(1, _below(proposal.files, 1))
    entry = judge.keys.find(key.blob)
    if entry is None:
        raise SigningError(
            f"trust state {judge.version} does not know this key",
            f"enrol it: `qmsdoc trust add PERSON {key.path}.pub`",
        )
    (signature,) = keyfile.sign(key, keys.TRUST, [proposal.payload])
    path = f"{state.FOLDER}/{proposal.version}/{entry.person}.sig"
    if path in files:
        raise SigningError(f"{entry.person} has signed trust state {proposal.version} already")
    new = {**proposal.files, path: signature}
    result, problems = state.read_chain({**files, **new})
    if problems and problems[0].code != state.PENDING:
        raise SigningError(f"this would not count: {problems[0].message}")
    return new, result


def _below(files: Mapping[str, bytes], version: int) -> dict[str, bytes]:
    prefix = f"{state.FOLDER}/{version}/"
    return {path.removeprefix(prefix): raw for path, raw in files.items() if path.startswith(prefix)}
