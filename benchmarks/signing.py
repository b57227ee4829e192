"""Signs a corpus, and measures what it costs to verify it."""

# ruff: noqa: PLC0415 - what is imported here would count as memory of every program that is measured
from __future__ import annotations

import subprocess  # noqa: TID251 - ssh-keygen is what is compared with
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench import Bench, Line

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENTS = 300
POLICY = """\
[trust]
roles = ["quality-manager"]
bare_keys = true
[default]
acts = [{ meaning = "review" }, { meaning = "approval" }]
"""


def signatures(bench: Bench) -> Iterator[Line]:
    """300 documents with two acts each: read and verified here, and by ssh-keygen one by one."""
    from qmsdoc.load import load
    from qmsdoc.signed import read_signed

    root = bench.corpus(DOCUMENTS * 10 // 7)
    _sign(root, bench.scratch / "keys")
    statements = sorted(root.glob("approvals/*/r*/*.json"))
    ours, theirs, whole, without = [], [], [], []
    for _ in range(3):
        ours.append(_timed(lambda: read_signed(root, [])))
        theirs.append(_timed(lambda: _by_keygen(root, statements)))
        whole.append(_timed(lambda: load(root)))
        without.append(_timed(lambda: load(root, acts=())))
    number = len(statements)
    aside = f"{number} signatures: {median(ours):.2f} s and {median(theirs):.2f} s"
    yield Line(
        "verify, faster than ssh-keygen for each signature", median(theirs) / median(ours), 10, True, aside=aside
    )
    aside = f"{median(whole):.2f} s and {median(without):.2f} s"
    yield Line("load, two signatures a document : none", median(whole) / median(without), 2, aside=aside)


def _sign(root: Path, folder: Path) -> None:
    from qmsdoc.load import load
    from qmsdoc.signing import keyfile, sign, stored, trust_edit
    from qmsdoc.trust.act import Meaning

    folder.mkdir()
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "key")], check=True)
    key, now = keyfile.find_key(folder / "key"), datetime(2026, 1, 5, 9, tzinfo=UTC)
    project = load(root)[0]
    person = project.people.holders("quality-manager", now.date())[0]
    entry = trust_edit.new_key(project.people, person.key, Path(f"{key.path}.pub"), now)
    (root / "trust/allowed_signers").write_text(f"{entry}\n")
    (root / "trust/policy.toml").write_text(POLICY)
    proposal = trust_edit.propose(root, load(root)[0], now, "Benchmark")
    stored.write(root, trust_edit.sign(root, proposal, key)[0])
    for step, meaning in enumerate((Meaning.REVIEW, Meaning.APPROVAL), 1):
        project = load(root)[0]
        desk = sign.Desk(root, project, now + timedelta(minutes=step), person, key.form, "none")
        ids = [document.id for document in project.documents if document.revision]
        ready = desk.prepare_all(sign.Wish(i, meaning, "Benchmark") for i in ids)
        stored.write(root, sign.sign(desk, key, ready))


def _by_keygen(root: Path, statements: list[Path]) -> None:
    signers = str(root / "trust/states/1/allowed_signers")
    for file in statements:
        person = file.name.split(".")[1]
        argv = ["ssh-keygen", "-Y", "verify", "-f", signers, "-I", person, "-n", "qmsdoc-act", "-s", f"{file}.sig"]
        subprocess.run(argv, input=file.read_bytes(), check=True, capture_output=True)


def _timed(call: object) -> float:
    began = time.perf_counter()
    call()  # type: ignore[operator]
    return time.perf_counter() - began
