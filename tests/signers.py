"""A QMS repository in which people sign: throwaway keys, trust states, acts made by the product itself."""

from __future__ import annotations

import hashlib
import subprocess  # noqa: TID251 - ssh-keygen makes the keys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from conftest import PEOPLE, Repository, run
from qmsdoc.check import check
from qmsdoc.load import load
from qmsdoc.signed import Anchors
from qmsdoc.signing import authority, keyfile, stored, trust_edit
from qmsdoc.signing import sign as signing
from qmsdoc.trust.act import Meaning

if TYPE_CHECKING:
    from conftest import Ran
    from qmsdoc.project import Project

BEGIN = datetime.fromisoformat("2026-01-05T09:00:00+01:00")  # when trust begins

SIGNERS = (
    PEOPLE
    + """
[people.jonas-weber]
name = "Jonas Weber"
roles = [{ role = "prrc", from = 2025-01-07 }]

[people.mira-brandt]
name = "Mira Brandt"
roles = [{ role = "quality-manager", from = 2025-01-07, deputy = true }]

[people.release-ci]
name = "Release pipeline"
kind = "ci"
"""
)

POLICY = """\
[trust]
roles = ["quality-manager"]
signers = 2
bare_keys = true

[default]
acts = [
  { meaning = "review", roles = ["prrc"] },
  { meaning = "approval", roles = ["quality-manager"] },
]
author_may_approve = false
"""


def make_key(folder: Path, name: str, kind: str = "ed25519", passphrase: str = "") -> Path:
    """A throwaway key; the path of its private file, beside which `.pub` lies."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    bits = ["-b", "3072"] if kind == "rsa" else []
    argv = ["ssh-keygen", "-q", "-t", kind, *bits, "-N", passphrase, "-C", name, "-f", str(path)]
    subprocess.run(argv, check=True, stdin=subprocess.DEVNULL)
    return path


class Signed(Repository):
    """A repository with two trust administrators, a reviewer and a machine; `keys` are their private key files.

    The clock is `now`: each statement is a minute later than the one before, from `BEGIN` on.
    """

    def __init__(self, root: Path, keys: Path, *, policy: str = POLICY, people: str = SIGNERS) -> None:
        super().__init__(root)
        self.now = BEGIN
        self.keys = {
            name: make_key(keys, name) for name in ("anna-keller", "jonas-weber", "mira-brandt", "release-ci")
        }
        self.write("trust/people.toml", people)
        self.write("trust/policy.toml", policy)
        entries = [
            trust_edit.new_key(self.load().people, name, Path(f"{path}.pub"), BEGIN - timedelta(days=300))
            for name, path in self.keys.items()
        ]
        self.write("trust/allowed_signers", "".join(f"{entry}\n" for entry in entries))
        self.sop()
        self.trust("anna-keller", "mira-brandt", reason="The first state")
        self.first = hashlib.sha256((root / "trust/states/1/state.json").read_bytes()).hexdigest()

    def tick(self, moment: str = "") -> datetime:
        """The next moment, or a given one."""
        self.now = datetime.fromisoformat(moment) if moment else self.now + timedelta(minutes=1)
        return self.now

    def trust(self, *persons: str, reason: str = "Change", at: str = "") -> None:
        """A new trust state of the files in `trust/`, signed by persons."""
        moment = self.tick(at)
        for person in persons:
            proposal = trust_edit.propose(self.root, self.project(), moment, reason)
            files, _ = trust_edit.sign(self.root, proposal, keyfile.find_key(self.keys[person]))
            stored.write(self.root, files)

    def project(self, anchors: Anchors | None = None) -> Project:
        """Load it with the acts that are signed."""
        return load(self.root, anchors=anchors)[0]

    def desk(self, person: str, at: str = "", witness: str = "") -> tuple[keyfile.KeyFile, signing.Desk]:
        """Where a person signs."""
        key = keyfile.find_key(self.keys[witness or person])
        project = self.project()
        signer = authority.latest(project).people.persons[person] if witness else authority.signatory(project, key)
        desk = signing.Desk(self.root, project, self.tick(at), signer, key.form, "none", "", witness)
        return key, desk

    def sign(
        self, meaning: Meaning, person: str, *ids: str, at: str = "", reason: str = "As planned", **wish: object
    ) -> list[str]:
        """A person states something of documents (default SOP-001); the paths that were written."""
        key, desk = self.desk(person, at)
        wishes = [signing.Wish(i, meaning, reason, **wish) for i in ids or ("SOP-001",)]  # type: ignore[arg-type]
        files = signing.sign(desk, key, desk.prepare_all(wishes))
        stored.write(self.root, files)
        return list(files)

    def approve(self, *ids: str, at: str = "") -> None:
        """Review and approval, so that the policy is met."""
        self.sign(Meaning.REVIEW, "jonas-weber", *ids, at=at)
        self.sign(Meaning.APPROVAL, "anna-keller", *ids)

    def codes(self, today: str = "2026-11-23") -> list[str]:
        """`CODE path` of each finding about trust and acts."""
        day = date.fromisoformat(today)
        project, problems = load(self.root, today=day, anchors=self.anchors())
        found = check(project, problems, day).diagnostics
        return [f"{d.code} {d.location.path}: {d.message}" for d in found if d.code.startswith("QD7")]

    def anchors(self) -> Anchors:
        """What somebody outside wrote down when trust began."""
        return Anchors((self.first,))

    def files(self, pattern: str = "*.json") -> list[Path]:
        """Statements below approvals/."""
        return sorted(self.root.glob(f"approvals/*/r*/{pattern}"))

    def run_now(self, *arguments: str | Path) -> Ran:
        """Run qmsdoc as of this very day, as a person who signs does."""
        return run("--root", self.root, *arguments)
