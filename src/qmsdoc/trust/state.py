"""The trust states: who may sign what, each version signed by those whom the version before names.

A state is a folder `trust/states/<n>/` with people, keys and policy as they were signed. The files in `trust/`
itself are what is being worked on, as with documents: in force is what was signed. The first state is signed by
its own people; only an anchor outside the repository (its SHA-256, or that of a later state) tells that it is
the right one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from qmsdoc.diagnostics import Location, Problem
from qmsdoc.trust import keys, people, policy, policy_file, sshsig, statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from qmsdoc.trust.act import Act

FOLDER = "trust/states"
SCHEMA = "qmsdoc-trust/1"
FILES = (keys.FILE, "people.toml", policy_file.FILE)
UNREADABLE, UNVERIFIED, PENDING = "QD710", "QD711", "QD712"
_place = re.compile(FOLDER + r"/([1-9][0-9]*)/([^/]+)", re.ASCII).fullmatch


@dataclass(frozen=True)
class State:
    """One version of people, keys and policy. `acts` are digests of statements that it is the first to name."""

    version: int
    sha256: str
    project: str
    time: datetime
    reason: str
    people: people.People
    keys: keys.Keys
    policies: policy.Policies
    acts: frozenset[str] = frozenset()
    previous: str = ""
    files: Mapping[str, str] = field(default_factory=dict)  # SHA-256 of people, keys and policy by file name
    signers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trust:
    """The verified states, oldest first, and those of all states that still lack signatures."""

    states: Sequence[State] = ()
    pending: State | None = None
    witnesses: Mapping[str, datetime] = field(default_factory=dict)  # digest of a statement -> first witnessed
    default: policy.Policies = field(default_factory=policy.Policies)  # where there is no state

    @property
    def latest(self) -> State | None:
        """The state in force."""
        return self.states[-1] if self.states else None

    @cached_property
    def by_version(self) -> Mapping[int, State]:
        """States by version."""
        return {state.version: state for state in self.states}

    def judging(self, act: Act) -> tuple[State, ...]:
        """The states by which an act is judged: the one it names, and the last one before it was witnessed.

        An act that was witnessed late may have been made late: what it claims of its time proves nothing.
        """
        named = self.by_version.get(act.trust_version)
        before = [state for state in self.states if act.witnessed is None or state.time < act.witnessed]
        found = [named] if named else []
        return tuple(found + [state for state in before[-1:] if state is not named])

    def policies(self, act: Act) -> policy.Policies:
        """The policy that an act is judged by: of the last state before it was witnessed."""
        states = self.judging(act)
        return max(states, key=lambda state: state.version).policies if states else self.default


def content_hash(raw: bytes) -> str:
    r"""SHA-256 of a text file with `\n` line ends."""
    return statement.sha256(raw.replace(b"\r\n", b"\n"))


def compose(
    project: str,
    version: int,
    previous: str,
    files: Mapping[str, bytes],
    acts: Sequence[str],
    moment: str,
    reason: str,
) -> bytes:
    """The bytes of `state.json`; `files` are the three files by name, `acts` digests not named before."""
    return statement.canonical(
        {
            "schema": SCHEMA,
            "project": project,
            "version": version,
            "previous": previous,
            "files": {name: content_hash(files[name]) for name in FILES},
            "acts": sorted(acts),
            "made_at": moment,
            "reason": reason,
        }
    )


def read_chain(files: Mapping[str, bytes]) -> tuple[Trust, list[Problem]]:
    """Verify all states below `trust/states/`, given by path. Only the newest may lack signatures."""
    folders: dict[int, dict[str, bytes]] = {}
    for path, raw in files.items():
        if match := _place(path):
            folders.setdefault(int(match[1]), {})[match[2]] = raw
    states: list[State] = []
    for version in sorted(folders):
        before = states[-1] if states else None
        state, problem = _verified(version, folders[version], before)
        if problem and not (state and version == max(folders)):
            return Trust(), [problem]
        if state and problem:
            return Trust(tuple(states), state), [problem]
        if state:
            states.append(state)
    return Trust(tuple(states)), []


def read_state(version: int, files: Mapping[str, bytes]) -> State:
    """One state from its files, without its signatures; raises BadState."""
    raw = files.get("state.json")
    if raw is None:
        raise BadState("state.json", "there is no such file")
    try:
        data = statement.read_json(raw)
        moment = statement.moment(data["made_at"])
        if data.pop("schema", "") != SCHEMA or data["version"] != version:
            raise BadState("state.json", f"it is not state {version} of the schema `{SCHEMA}`")
        found = _content(files, data["files"])
        return State(
            version,
            statement.sha256(raw),
            str(data["project"]),
            moment,
            str(data["reason"]),
            *found,
            frozenset(map(str, data["acts"])),
            str(data["previous"]),
            {name: str(data["files"][name]) for name in FILES},
        )
    except (statement.BadStatement, KeyError, TypeError, ValueError) as error:
        if isinstance(error, BadState):
            raise
        raise BadState("state.json", str(error) or "it is no trust state") from None


class BadState(ValueError):
    """A state that cannot be read: in which of its files, and why."""

    def __init__(self, file: str, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.file = file
        self.line = line


def read_content(files: Mapping[str, bytes]) -> tuple[people.People, keys.Keys, policy.Policies]:
    """People, keys and policy from the three files; raises BadState for anything wrong in them."""
    texts: dict[str, str] = {}
    for name in FILES:
        if name not in files:
            raise BadState(name, "there is no such file")
        try:
            texts[name] = files[name].decode().replace("\r\n", "\n")
        except UnicodeDecodeError:
            raise BadState(name, "the file is not UTF-8") from None
    persons, problems = people.read_people(texts["people.toml"])
    if problems:
        raise BadState("people.toml", problems[0].message, problems[0].location.line)
    found, wrong = keys.read_keys(texts[keys.FILE])
    wrong += [keys.Wrong(*fault) for fault in _foreign(found, persons)]
    if wrong:
        raise BadState(keys.FILE, wrong[0].message, wrong[0].line)
    try:
        return persons, found, policy_file.read_policies(texts[policy_file.FILE], persons.roles)
    except policy_file.BadPolicy as error:
        lines = enumerate(texts[policy_file.FILE].splitlines(), 1)
        line = next((number for number, text in lines if error.key and error.key in text), 1)
        raise BadState(policy_file.FILE, str(error), line) from None


def _foreign(found: keys.Keys, persons: people.People) -> Iterator[tuple[int, str]]:
    """Keys of nobody, and purposes that a machine must not have."""
    for key in found.keys:
        person = persons.persons.get(key.person)
        if person is None:
            yield key.line, f"`{key.person}` is not a person of people.toml"
        elif person.machine and key.purposes - set(keys.OF_MACHINES):
            yield key.line, f"`{key.person}` is a machine, whose key serves `{keys.CHECKPOINT}` alone"


def _content(files: Mapping[str, bytes], hashes: Any) -> tuple[people.People, keys.Keys, policy.Policies]:
    for name in FILES:
        if name in files and hashes[name] != content_hash(files[name]):
            raise BadState(name, "it was changed after it was signed")
    return read_content(files)


def _verified(
    version: int, files: Mapping[str, bytes], before: State | None
) -> tuple[State | None, Problem | None]:
    """A state with its signers, or why it does not hold; with both, it only lacks signatures."""
    folder = f"{FOLDER}/{version}"
    try:
        state = read_state(version, files)
        _follows(state, before)
        signers = tuple(_signers(files, state, before or state))
    except BadState as error:
        return None, _problem(f"{folder}/{error.file}", str(error), error.line)
    need = (before or state).policies.trust
    signed = replace(state, signers=signers)
    if len(signers) < need.signers:
        message = f"trust state {version} has {len(signers)} of {need.signers} signatures and is not in force"
        hint = "one more of them signs it: `qmsdoc trust sign`"
        return signed, Problem(Location(f"{folder}/state.json"), message, hint, PENDING)
    return signed, None


def _follows(state: State, before: State | None) -> None:
    """Raise BadState where a state does not continue the one before it."""
    if state.version != (before.version + 1 if before else 1):
        raise BadState("state.json", f"the state before it, {state.version - 1}, is not there")
    if state.previous != (before.sha256 if before else ""):
        raise BadState("state.json", "it does not follow from the state before it")
    if before and (state.project != before.project or state.time < before.time):
        raise BadState("state.json", "its project or its time contradicts the state before it")


def _signers(files: Mapping[str, bytes], state: State, judge: State) -> Iterator[str]:
    """The persons whose signatures of a state hold; raises BadState for one that does not."""
    for name in sorted(files):
        if name.endswith(".sig"):
            person = name.removesuffix(".sig")
            try:
                _check_signer(person, files[name], files["state.json"], state, judge)
            except sshsig.BadSignature as error:
                raise BadState(name, f"the signature does not hold: {error}") from None
            yield person


def _check_signer(person: str, signature: bytes, raw: bytes, state: State, judge: State) -> None:
    """Whether a person may sign a state, by what the state before it says; raises BadSignature."""
    signed = sshsig.verify(signature, raw, keys.TRUST)
    key = judge.keys.find(signed.key)
    if key is None or key.person != person or keys.TRUST not in key.purposes:
        raise sshsig.BadSignature(f"state {judge.version} knows no such key of `{person}` for changes of trust")
    if not key.valid(state.time):
        raise sshsig.BadSignature(f"the key of `{person}` was not valid at {state.time.isoformat()}")
    holder, roles, day = judge.people.persons.get(person), judge.policies.trust.roles, state.time.date()
    if holder is None or holder.machine or not (any(holder.holds(role, day) for role in roles) or not roles):
        raise sshsig.BadSignature(f"`{person}` held none of the roles {', '.join(roles)} on {day}")


def _problem(path: str, message: str, line: int = 1) -> Problem:
    hint = "until the chain of trust states verifies, every document is a draft; `qmsdoc verify` tells more"
    return Problem(Location(path, line), message, hint, UNVERIFIED)
