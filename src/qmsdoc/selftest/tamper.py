"""The tamper table: one change in a signed repository, and the finding that must name it.

The table is the tool's answer to 21 CFR 11.10(a): the ability to discern invalid or altered records.
"""

from __future__ import annotations

import shutil
from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.load import load
from qmsdoc.selftest.bench import TODAY, Bench, approved
from qmsdoc.selftest.defects import path_of
from qmsdoc.selftest.row import NOTHING, Row, row
from qmsdoc.signed import Anchors
from qmsdoc.signing import keyfile, verification
from qmsdoc.trust import keys, statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SOP = path_of("SOP-001")
ACTS = "approvals/SOP-001/r1"
REVIEW, APPROVAL = f"{ACTS}/review.*.json", f"{ACTS}/approval.*.json"
CHECKPOINT = "approvals/checkpoints/1.json"
LATEST = "trust/states/2"
FLOW = "sops/documents/SOP-001/flow.png"


class OneByte(NamedTuple):
    """A file in which one byte is changed, the code, and the file that is named (where it is another one)."""

    what: str
    file: str
    code: str
    named: str = ""
    shows: str = "tampering"


BYTES = (
    OneByte("approved copy", f"{ACTS}/copy/{SOP}", "QD714"),
    OneByte("image of the approved copy", f"{ACTS}/copy/{FLOW}", "QD714"),
    OneByte("attachment of the approved copy", f"{ACTS}/copy/sops/documents/SOP-001/form.pdf", "QD714"),
    OneByte("text of an approved revision in the working tree", SOP, "QD205"),
    OneByte("image of an approved revision in the working tree", FLOW, "QD205", SOP),
    OneByte("statement of a review", REVIEW, "QD713"),
    OneByte("statement of an approval", APPROVAL, "QD713"),
    OneByte("signature of a review", f"{REVIEW}.sig", "QD713", REVIEW, "signatures"),
    OneByte("signature of an approval", f"{APPROVAL}.sig", "QD713", APPROVAL, "signatures"),
    OneByte("persons in force", f"{LATEST}/people.toml", "QD711", shows="trust-chain"),
    OneByte("policy in force", f"{LATEST}/policy.toml", "QD711", shows="trust-chain"),
    OneByte("keys in force", f"{LATEST}/allowed_signers", "QD711", shows="trust-chain"),
    OneByte("trust state in force", f"{LATEST}/state.json", "QD711", f"{LATEST}/*", "trust-chain"),
    OneByte("signature of the trust state in force", f"{LATEST}/mira-brandt.sig", "QD711", shows="trust-chain"),
    OneByte("first trust state", "trust/states/1/state.json", "QD711", "trust/states/1/*", "trust-chain"),
    OneByte("policy being worked on", "trust/policy.toml", "QD712", shows="trust-chain"),
    OneByte("checkpoint", CHECKPOINT, "QD718", shows="checkpoints"),
    OneByte("signature of a checkpoint", f"{CHECKPOINT}.sig", "QD718", CHECKPOINT, "checkpoints"),
)


def rows(folder: Path) -> Iterator[Row]:
    """Each change alone in a copy of a repository in which people signed; untouched, nothing is found."""
    bench, other = approved(folder / "signed"), approved(folder / "other")
    copies = _Copies(bench, folder)
    yield row("untouched", NOTHING, lambda: copies.found(lambda _: None, ""), "tampering", "signatures")
    for case in BYTES:
        expected = f"{case.code} {_one(bench.root, case.named or case.file)}"

        def find(case: OneByte = case, expected: str = expected) -> str:
            return copies.found(lambda root: flip(root / _one(root, case.file)), expected)

        yield row(f"one byte: {case.what}", expected, find, case.shows)
    for what, change, expected, function in _changes(bench, other):
        yield row(
            what,
            expected,
            partial(copies.found, change, expected),
            function,
        )


def _changes(bench: Bench, other: Bench) -> Iterator[tuple[str, Callable[[Path], None], str, str]]:
    """Files that are taken away, brought in or exchanged: what, how, the expected finding, the function."""
    review = _one(bench.root, REVIEW)
    name = review.rpartition("/")[2]

    def copied(to: str) -> Callable[[Path], None]:
        return lambda root: _copy(root / review, root / to / name)

    foreign = _one(other.root, REVIEW)
    forged = keyfile.sign(other.keys["jonas-weber"], keys.ACT, [(bench.root / review).read_bytes()])[0]
    yield (
        "act copied to another document",
        copied("approvals/SOP-002/r1"),
        f"QD713 approvals/SOP-002/r1/{name}",
        "binding",
    )
    yield (
        "act copied to another revision",
        copied("approvals/SOP-001/r2"),
        f"QD713 approvals/SOP-001/r2/{name}",
        "binding",
    )
    yield (
        "act brought from another project",
        lambda root: _copy(other.root / foreign, root / foreign),
        f"QD713 {foreign}",
        "binding",
    )
    yield (
        "act signed with a key that nobody enrolled",
        lambda root: _put(root / f"{review}.sig", forged),
        f"QD713 {review}",
        "signatures",
    )
    told = (bench.root / review).read_bytes().replace(b"Self-test", b"Self test")
    renamed = review.replace(review.split(".")[-2], statement.sha256(told)[:12])
    yield (
        "statement written anew, named by its new hash, with the old signature",
        lambda root: _rewrite(root, review, renamed, told),
        f"QD713 {renamed}",
        "signatures",
    )
    yield "review taken away later", lambda root: (root / review).unlink(), f"QD717 {CHECKPOINT}", "checkpoints"
    yield (
        "newest trust state taken away",
        lambda root: shutil.rmtree(root / LATEST),
        "QD711 trust/states/1/state.json",
        "trust-chain",
    )
    yield (
        "all of trust/ and approvals/ replaced by one's own",
        lambda root: _replace(other.root, root),
        f"QD711 {LATEST}/state.json",
        "trust-chain",
    )


class _Copies:
    """Copies of one repository, each to be changed once and verified."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.bench = bench
        self.folder = folder
        self.number = 0

    def found(self, change: Callable[[Path], None], expected: str) -> str:
        """The expected finding where it is among those of the changed copy, else all that was found."""
        self.number += 1
        root = self.folder / f"copy-{self.number}"
        shutil.copytree(self.bench.root, root)
        change(root)
        project, problems = load(root, today=TODAY, anchors=Anchors((self.bench.anchor,)))
        result = verification.verify(root, project, problems, TODAY)
        shutil.rmtree(root)
        all_found = sorted({f"{d.code} {d.location.path}" for d in result.findings.open})
        if any(fnmatchcase(text, expected) for text in all_found):
            return expected
        return "; ".join(all_found) or NOTHING


def flip(file: Path) -> None:
    """Change one letter or digit of a file, so that it keeps its form; of a signature one of the signature itself.

    The first half of a signature file holds the public key, and a changed key is merely an unknown one.
    """
    raw = bytearray(file.read_bytes())
    begin = len(raw) * 3 // 4 if file.suffix == ".sig" else len(raw) // 2
    at = next(at for at in [*range(begin, len(raw)), *range(begin)] if raw[at : at + 1].isalnum())
    raw[at] = ord("0") if raw[at] != ord("0") else ord("1")
    file.write_bytes(raw)


def _one(root: Path, pattern: str) -> str:
    """The only file that a pattern names, relative to the root; a pattern for a whole folder stays one."""
    if pattern.endswith("/*"):
        return pattern
    (found,) = root.glob(pattern)
    return found.relative_to(root).as_posix()


def _copy(source: Path, target: Path) -> None:
    """Copy a statement with its signature."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for end in ("", ".sig"):
        shutil.copy(f"{source}{end}", f"{target}{end}")


def _put(file: Path, raw: bytes) -> None:
    file.write_bytes(raw)


def _rewrite(root: Path, old: str, new: str, raw: bytes) -> None:
    (root / old).rename(root / new)
    (root / f"{old}.sig").rename(root / f"{new}.sig")
    _put(root / new, raw)


def _replace(source: Path, root: Path) -> None:
    for name in ("trust", "approvals"):
        shutil.rmtree(root / name)
        shutil.copytree(source / name, root / name)
