"""Checkpoints: a machine or a person witnesses which acts are there. A chain in `approvals/checkpoints/`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Location, Problem
from qmsdoc.trust import keys, sshsig, statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from qmsdoc.trust.state import State, Trust

FOLDER = f"{statement.FOLDER}/checkpoints"
SCHEMA = "qmsdoc-checkpoint/1"
BAD_CHECKPOINT = "QD718"
_place = re.compile(FOLDER + r"/([1-9][0-9]*)\.json", re.ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What was witnessed at a time: the commit, and the digests of acts that no earlier checkpoint names."""

    number: int
    sha256: str
    time: datetime
    commit: str
    acts: frozenset[str]
    file: str
    signer: str
    key: str = ""  # fingerprint


def compose(
    state: State, previous: Checkpoint | None, commit: str, acts: Iterable[str], moment: str
) -> tuple[str, bytes]:
    """Path and bytes of the next checkpoint."""
    number = previous.number + 1 if previous else 1
    data = {
        "schema": SCHEMA,
        "project": state.project,
        "number": number,
        "previous": previous.sha256 if previous else "",
        "trust": {"version": state.version, "sha256": state.sha256},
        "commit": commit,
        "acts": sorted(acts),
        "made_at": moment,
    }
    return f"{FOLDER}/{number}.json", statement.canonical(data)


def read_checkpoints(files: Mapping[str, bytes], trust: Trust) -> tuple[tuple[Checkpoint, ...], list[Problem]]:
    """Verify the chain of checkpoints; where one does not hold, those after it do not count."""
    numbered = sorted((int(match[1]), path) for path in files if (match := _place(path)))
    found: list[Checkpoint] = []
    for number, path in numbered:
        try:
            found.append(_read(number, path, files, trust, found[-1] if found else None))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = f"this checkpoint does not hold, nor does any after it: {error}"
            return tuple(found), [Problem(Location(path), message, None, BAD_CHECKPOINT)]
    return tuple(found), []


def _read(
    number: int, path: str, files: Mapping[str, bytes], trust: Trust, previous: Checkpoint | None
) -> Checkpoint:
    raw = files[path]
    data = statement.read_json(raw)
    state = trust.by_version.get(data["trust"]["version"])
    if data["schema"] != SCHEMA or state is None or state.sha256 != data["trust"]["sha256"]:
        raise ValueError("it names no trust state of this repository")
    if data["project"] != state.project or data["number"] != number:
        raise ValueError("it belongs elsewhere")
    if data["previous"] != (previous.sha256 if previous else "") or (previous and number != previous.number + 1):
        raise ValueError("it does not follow from the checkpoint before it")
    moment = statement.moment(data["made_at"])
    if moment < state.time or (previous and moment < previous.time):
        raise ValueError("its time lies before what it rests on")
    if f"{path}.sig" not in files:
        raise ValueError("its signature is missing")
    signed = sshsig.verify(files[f"{path}.sig"], raw, keys.CHECKPOINT)
    key = state.keys.find(signed.key)
    if key is None or keys.CHECKPOINT not in key.purposes or not key.valid(moment):
        raise ValueError(f"trust state {state.version} knows no such key for checkpoints at that time")
    return Checkpoint(
        number,
        statement.sha256(raw),
        moment,
        str(data["commit"]),
        frozenset(map(str, data["acts"])),
        path,
        key.person,
        key.fingerprint,
    )
