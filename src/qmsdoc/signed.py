"""Reads `trust/` and `approvals/`: the bytes that `trust.verify` judges, and whether an anchor outside agrees."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.diagnostics import Location, Problem
from qmsdoc.trust import state
from qmsdoc.trust.state import Trust
from qmsdoc.walk import COPIES, Walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from qmsdoc.project import Document
    from qmsdoc.trust.act import Act
    from qmsdoc.trust.checkpoint import Checkpoint

NO_ANCHOR, ALTERED_COPY = "QD716", "QD714"
MAX_STATEMENT = 2**20  # bytes; a statement has about one KiB, a checkpoint 70 bytes an act
MAX_EVIDENCE = 50 * 2**20  # bytes of an imported PDF or scan
_EVIDENCE = (".pdf", ".png", ".jpg", ".jpeg")


class Anchors(NamedTuple):
    """Digests of trust states or checkpoints that are known from outside the repository.

    given: from the command line or the environment. known: by project, from the user's own folder.
    """

    given: tuple[str, ...] = ()
    known: Mapping[str, str] = {}


class Signed(NamedTuple):
    """What `trust/` and `approvals/` tell: verified acts, the trust they rest on, the checkpoints."""

    acts: tuple[Act, ...] = ()
    trust: Trust = Trust()
    checkpoints: tuple[Checkpoint, ...] = ()
    anchored: bool = False


def read_files(root: Path, folder: str) -> dict[str, bytes]:
    """All files below a folder that can be trust states, statements, signatures or evidence; copies are not."""
    walk = Walk(root, [])  # what is wrong with names and links was told when documents were looked for
    list(walk.folder(folder))
    return {path: raw for path, size in walk.sizes.items() if (raw := _read(root, path, size)) is not None}


def _read(root: Path, path: str, size: int) -> bytes | None:
    is_copy = path.startswith(f"{COPIES}/") and path.split("/")[3:4] == ["copy"]
    if is_copy or size > (MAX_EVIDENCE if path.lower().endswith(_EVIDENCE) else MAX_STATEMENT):
        return None
    try:
        handle = os.open(root / path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            return file.read()
    except OSError:
        return None


def read_signed(
    root: Path, problems: list[Problem], today: date | None = None, anchors: Anchors | None = None
) -> Signed:
    """Verify what is signed; what does not hold is a problem, and counts for nothing."""
    trust_files = read_files(root, "trust")
    trust, wrong = state.read_chain(trust_files)
    problems += wrong
    if not trust.states:
        problems += _unsigned(root, trust_files, wrong)
        return Signed()
    problems += _changed(trust_files, trust)
    from qmsdoc.trust.verify import verify  # noqa: PLC0415 - only where somebody signed

    found = verify(read_files(root, COPIES), trust, today)
    digests = {s.sha256 for s in trust.states} | {c.sha256 for c in found.checkpoints}
    anchored, wrong = _anchored(trust, digests, anchors or Anchors())
    problems += wrong
    if wrong and not anchored and wrong[0].code == state.UNVERIFIED:
        return Signed()
    problems += found.problems
    return Signed(found.acts, found.trust, found.checkpoints, anchored)


def _anchored(trust: Trust, digests: set[str], anchors: Anchors) -> tuple[bool, list[Problem]]:
    """Whether what is known outside the repository is part of the chain; a chain without it is another one."""
    project = trust.states[0].project
    expected = [*anchors.given, *filter(None, [anchors.known.get(project)])]
    place = Location(f"{state.FOLDER}/{trust.states[-1].version}/state.json")
    for anchor in expected:
        if anchor.removeprefix("sha256:") not in digests:
            message = (
                f"the anchor {anchor[:20]}… is not in this chain: it was replaced, or set back to an older state"
            )
            hint = "compare with the repository you know; every document counts as a draft until then"
            return False, [Problem(place, message, hint, state.UNVERIFIED)]
    if expected:
        return True, []
    message = "nothing outside this repository confirms its trust states"
    hint = (
        f"set QMSDOC_ANCHOR=sha256:{trust.states[-1].sha256}, once you have compared it with a trust administrator"
    )
    return False, [Problem(place, message, hint, NO_ANCHOR)]


def _unsigned(root: Path, files: Mapping[str, bytes], wrong: Sequence[Problem]) -> Iterator[Problem]:
    """Acts without any trust state count for nothing; said once, where nothing else says why."""
    acts = (root / COPIES).is_dir() and any((root / COPIES).glob("*/r*/*.json"))
    if acts and not wrong:
        message = "there are acts and no trust state, so no act counts and every document is a draft"
        yield Problem(Location(state.FOLDER), message, "`qmsdoc trust init` makes the first one", state.UNVERIFIED)
    working = {name: files[f"trust/{name}"] for name in state.FILES if f"trust/{name}" in files}
    if len(working) == len(state.FILES):
        yield from _unreadable(working)


def _changed(files: Mapping[str, bytes], trust: Trust) -> Iterator[Problem]:
    """Files in `trust/` that are not as they were signed: what was signed is in force."""
    latest = trust.states[-1]
    working = {name: files.get(f"trust/{name}") for name in state.FILES}
    there = {name: raw for name, raw in working.items() if raw is not None}
    for name, raw in working.items():
        if raw is not None and state.content_hash(raw) == latest.files[name]:
            continue
        if trust.pending and raw is not None and state.content_hash(raw) == trust.pending.files[name]:
            continue
        what = "is gone" if raw is None else "was changed"
        message = f"this file {what} since trust state {latest.version}, which is in force"
        hint = "`qmsdoc trust sign` makes a new state of it, or restore it"
        yield Problem(Location(f"trust/{name}"), message, hint, state.PENDING)
    if len(there) == len(state.FILES):
        yield from _unreadable(there)


def _unreadable(working: Mapping[str, bytes]) -> Iterator[Problem]:
    try:
        state.read_content(working)
    except state.BadState as error:
        if error.file != "people.toml":  # told by the reader of people
            yield Problem(Location(f"trust/{error.file}", error.line), str(error), None, state.UNREADABLE)


def attached(root: Path, document: Document) -> tuple[tuple[str, str], ...]:
    """Name and SHA-256 of each file that a document pulls in, sorted by name."""
    return tuple(
        sorted(
            (attachment.path.removeprefix(f"{document.folder}/"), _hash(root, attachment.path))
            for attachment in document.attachments
        )
    )


def _hash(root: Path, path: str) -> str:
    try:
        with (root / path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def altered_copies(copies: Iterable[Document], acts: Sequence[Act]) -> Iterator[Problem]:
    """Approved copies that are not what was signed, by the file that differs."""
    for copy in copies:
        mine = [a for a in acts if (a.id, a.revision) == (copy.id, copy.revision)]
        if any(act.covers(copy.sha256, copy.attached) for act in mine):
            continue
        same = next((act for act in mine if act.sha256 == copy.sha256), None)
        hint = "restore it from the history; an approved copy is never edited"
        if same is None:
            message = f"nobody signed this text as {copy.id} revision {copy.revision}; it counts for nothing"
            yield Problem(Location(copy.path), message, hint, ALTERED_COPY)
            continue
        there, wanted = dict(copy.attached), dict(same.files)
        for name in sorted({*there, *wanted}):
            if there.get(name) != wanted.get(name):
                what = "missing" if name not in there else "not part of it" if name not in wanted else "changed"
                message = (
                    f"{what} since {copy.id} revision {copy.revision} was signed, which therefore does not count"
                )
                yield Problem(Location(f"{copy.folder}/{name}"), message, hint, ALTERED_COPY)
