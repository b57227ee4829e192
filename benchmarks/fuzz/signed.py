"""A small signed repository, and what somebody without a key can put into `trust/` and `approvals/`."""

from __future__ import annotations

import atexit
import json
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import families
from bodies import SOP
from mutants import CLEAN, mutated

if TYPE_CHECKING:
    from random import Random


@cache
def folder() -> Path:
    """The repository, made once with throwaway keys, so that the bytes of its files differ from run to run."""
    sys.path.insert(0, str(CLEAN / "scripts"))
    import sign_example  # noqa: PLC0415 - a program of this repository

    root = Path(tempfile.mkdtemp(prefix="fuzz-signed-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    for name in ("trust", "schemas"):
        shutil.copytree(CLEAN / name, root / name)
    shutil.copy(CLEAN / "qmsdoc.toml", root)
    for document in ("SOP-001", "SOP-002"):
        text = (
            SOP.replace("SOP-666", document).replace("\n\n##", "\n\nText.\n\n##")
            + "Text.\n\n## Records\n\nText.\n\n## Indicators\n\nText.\n"
        )
        (root / "sops").mkdir(exist_ok=True)
        (root / f"sops/{document}-good.md").write_text(text, encoding="utf-8")
    from qmsdoc.load import load  # noqa: PLC0415 - after the files are there

    now = datetime.now(UTC).replace(microsecond=0)
    with tempfile.TemporaryDirectory() as scratch:
        project = load(root)[0]
        private = {person: sign_example.make_key(Path(scratch), person) for person in project.people.persons}
        sign_example.begin_trust(root, project, private, now)
        sign_example.witness(root, private, sign_example.sign_all(root, private, now))
    return root


def _signed_files() -> dict[str, bytes]:
    root = folder()
    found = sorted(file for name in ("approvals", "trust") for file in (root / name).rglob("*") if file.is_file())
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in found}


def _mutated(random: Random, _: int) -> families.Files:
    """Some of the signed files with a few changes."""
    known = _signed_files()
    chosen = random.sample(list(known), random.choice((1, 2, 5)))
    return {path: mutated(random, known[path], list(known.values())) for path in chosen}


def _one(kind: str, before: bytes, unit: bytes, after: bytes, _: Random, size: int) -> families.Files:
    """One file of a kind, replaced by a unit that is repeated."""
    path = next(path for path in _signed_files() if path.endswith(kind))
    data = before + unit * ((size - len(before) - len(after)) // len(unit)) + after
    if path.startswith("approvals/") and kind == ".json":  # the name holds the beginning of the digest
        stem = path.rsplit(".", 2)[0]
        path = f"{stem}.{sha256(data).hexdigest()[:12]}.json"
    return {path: data}


VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**400, "", "x", "\u202e", [], ["x"], [[]], {}, {"a": 1},
    "0001-01-01T00:00:00+00:00", "9999-12-31", "9999-12-31T23:59:59-23:59",
    "2026-01-01T00:00:00+23:59:59.999999", "2026-W01-1", "2026-01-01", "x" * 100_000, "a" * 64,
    {"x": "a" * 64}, {"../x": "a" * 64}, ["a" * 64] * 2, "signed-pdf", "paper", "key", "approval",
    "release-ci", {"version": 1, "sha256": "a" * 64}, {"version": 10**30, "sha256": ""}, "../../etc/passwd",
    2**64,
)  # fmt: skip


def _statements(random: Random, _: int) -> families.Files:
    """Statements with a value of another kind, under the name that they ought to have, beside a signature."""
    known = _signed_files()
    statements = [path for path in known if path.startswith("approvals/") and path.endswith(".json")]
    found = {}
    for path in random.sample(statements, 3):
        data = json.loads(known[path])
        for _unused in range(random.choice((1, 1, 3))):
            data[random.choice([*data, "witness", "evidence", "in_force_from", "x"])] = random.choice(VALUES)
        raw = json.dumps(data).encode()
        name = path if "/checkpoints/" in path else f"{path.rsplit('.', 2)[0]}.{sha256(raw).hexdigest()[:12]}.json"
        found |= {name: raw, f"{name}.sig": known[f"{path}.sig"]}
    return found


ONE = {
    "acts-deep": (".json", b'{"x":', b"[", b""),
    "acts-keys": (".json", b"{", b'"x":1,', b'"y":1}'),
    "acts-number": (".json", b'{"revision":', b"9", b"}"),
    "acts-relies": (".json", b'{"relies_on":[', b'"x",', b'"x"]}'),
    "acts-text": (".json", b'{"x":"', b"\\u202e", b'"}'),
    "acts-signature": (".sig", b"-----BEGIN SSH SIGNATURE-----\n", b"A", b"\n-----END SSH SIGNATURE-----"),
    "acts-copy": ("SOP-001-good.md", b"---\nid: SOP-001\n---\n", b"x\n", b""),
    "state-deep": ("state.json", b'{"x":', b"{", b""),
    "state-acts": ("state.json", b'{"acts":[', b'"x",', b'"x"]}'),
    "state-people": ("states/1/people.toml", b"", b"[a]\n", b""),
}


def register() -> None:
    """Every family of signed files."""
    for name, parts in ONE.items():
        families.add(name, partial(_one, *parts), families.MIB, base="signed")
    families.add("acts-mutated", _mutated, families.KIB, base="signed")
    families.add("acts-statements", _statements, families.KIB, base="signed")
