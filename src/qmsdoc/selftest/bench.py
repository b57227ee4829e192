"""A QMS in a folder of the self-test in which people sign, with throwaway keys made on this machine.

The clock is the one of the sample: every moment is written down, so that each run tells the same.
"""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from qmsdoc.external import process
from qmsdoc.load import load
from qmsdoc.resources import data
from qmsdoc.signed import Anchors
from qmsdoc.signing import authority, keyfile, stored, trust_edit
from qmsdoc.signing import sign as signing
from qmsdoc.trust import checkpoint, keys
from qmsdoc.trust.act import Meaning

if TYPE_CHECKING:
    from qmsdoc.diagnostics import Problem
    from qmsdoc.project import Project

TODAY = date(2026, 3, 2)
BEGIN = "2026-01-05T09:00:00+01:00"
PERSONS = ("anna-keller", "mira-brandt", "jonas-weber", "release-ci")
ADMINS = PERSONS[:2]
SECONDS = 30.0


class Bench:
    """A repository with its first trust state and keys of four persons; `anchor` is what others know of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "qms"
        shutil.copytree(data("selftest", "sample"), self.root)
        self.keys = {person: _make_key(folder, person) for person in PERSONS}
        self.anchor = ""
        enrolled = [
            trust_edit.new_key(self.project().people, person, Path(f"{key.path}.pub"), _moment(BEGIN))
            for person, key in self.keys.items()
        ]
        self.write("trust/allowed_signers", keys.write_keys(enrolled))
        self.trust("The first state", BEGIN)

    def load(self, today: date = TODAY) -> tuple[Project, list[Problem]]:
        """The project and its problems, held against the anchor."""
        return load(self.root, today=today, anchors=Anchors(tuple(filter(None, [self.anchor]))))

    def project(self) -> Project:
        """The project alone."""
        return self.load()[0]

    def write(self, path: str, text: str) -> None:
        """Write a file of the repository."""
        (self.root / path).write_text(text, encoding="utf-8", newline="\n")

    def replace(self, path: str, *pairs: tuple[str, str]) -> None:
        """Replace texts in a file of the repository."""
        text = (self.root / path).read_text(encoding="utf-8")
        for old, new in pairs:
            text = text.replace(old, new)
        self.write(path, text)

    def trust(self, reason: str, at: str) -> None:
        """A new trust state of the files in `trust/`, signed by both administrators; the anchor follows."""
        for person in ADMINS:
            proposal = trust_edit.propose(self.root, self.project(), _moment(at), reason)
            files, chain = trust_edit.sign(self.root, proposal, self.keys[person])
            stored.write(self.root, files)
        assert chain.latest
        self.anchor = chain.latest.sha256

    def sign(self, meaning: Meaning, person: str, document_id: str, at: str) -> None:
        """A person states something of a document; raises SigningError."""
        project, key = self.project(), self.keys[person]
        signer = authority.signatory(project, key)
        desk = signing.Desk(self.root, project, _moment(at), signer, key.form, key.protection)
        ready = desk.prepare(signing.Wish(document_id, meaning, "Self-test"))
        stored.write(self.root, signing.sign(desk, key, [ready]))

    def approve(self, document_id: str, day: str) -> None:
        """Review in the morning and approval on the same day, so that the policy is met."""
        self.sign(Meaning.REVIEW, "jonas-weber", document_id, f"{day}T10:00:00+01:00")
        self.sign(Meaning.APPROVAL, "anna-keller", document_id, f"{day}T11:00:00+01:00")

    def checkpoint(self, at: str) -> None:
        """The machine witnesses every act that is there."""
        project = self.project()
        path, payload = checkpoint.compose(
            authority.latest(project), None, "", [act.digest for act in project.acts], _moment(at).isoformat()
        )
        (signature,) = keyfile.sign(self.keys["release-ci"], keys.CHECKPOINT, [payload])
        stored.write(self.root, {path: payload, f"{path}.sig": signature})


def approved(folder: Path) -> Bench:
    """A bench with SOP-001 in force since 2026-01-15, a checkpoint, a second trust state; SOP-002 is a draft."""
    bench = Bench(folder)
    bench.approve("SOP-001", "2026-01-07")
    bench.checkpoint("2026-01-08T09:00:00+01:00")
    bench.replace("trust/policy.toml", ("signers = 2", "signers = 2  # four eyes"))
    bench.trust("A remark", "2026-01-20T09:00:00+01:00")
    return bench


def _make_key(folder: Path, person: str) -> keyfile.KeyFile:
    path = folder / person
    argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "qmsdoc self-test", "-f", str(path)]
    process.run(argv, timeout=SECONDS)
    return keyfile.find_key(path)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
