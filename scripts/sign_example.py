"""Sign a copy of this repository's QMS with throwaway keys: `python scripts/sign_example.py FOLDER`.

The model QMS holds no keys and no approvals, because whoever starts from it must make their own. This shows what
it looks like when people have signed: the copy is marked EXAMPLE, its keys are gone when the program ends, and its
trust state is nobody's. Prints the day as of which all of it is in force, and the digest of the trust state.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from qmsdoc import lifecycle
from qmsdoc.external import process
from qmsdoc.load import load
from qmsdoc.signing import authority, keyfile, sign, stored, trust_edit
from qmsdoc.trust import checkpoint, keys
from qmsdoc.trust.act import Meaning
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Project
    from qmsdoc.trust.policy import Need

HERE = Path(__file__).parent.parent
FOLDERS = ("sops", "records", "templates", "trust", "schemas")
FILES = ("qmsdoc.toml", "mkdocs.yml")
ADMINISTRATORS = ("anna-keller", "jonas-weber")
REASON = "Example signature with a throwaway key"


def main(folder: Path) -> None:
    """Copy, sign, witness."""
    now = datetime.now(UTC).replace(microsecond=0)
    copy(folder)
    with tempfile.TemporaryDirectory() as scratch:
        project = load(folder)[0]
        private = {person: make_key(Path(scratch), person) for person in project.people.persons}
        begin_trust(folder, project, private, now)
        witness(folder, private, sign_all(folder, private, now))
    commit(folder)
    project = load(folder)[0]
    state = authority.latest(project)
    print(in_force_on(project, now), f"sha256:{state.sha256}")  # noqa: T201 - a program for the command line


def copy(folder: Path) -> None:
    """The QMS without approvals, marked as an example on every page."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in FOLDERS:
        shutil.copytree(HERE / name, folder / name)
    for name in FILES:
        shutil.copy(HERE / name, folder / name)
    settings = folder / "qmsdoc.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        re.sub(r'^name = "', 'name = "EXAMPLE: ', text, count=1, flags=re.MULTILINE), encoding="utf-8"
    )
    look = folder / "mkdocs.yml"
    text = look.read_text(encoding="utf-8")
    look.write_text(re.sub(r"^site_name: ", "site_name: EXAMPLE, ", text, flags=re.MULTILINE), encoding="utf-8")


def make_key(folder: Path, person: str) -> keyfile.KeyFile:
    """A throwaway key."""
    path = folder / person
    process.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", person, "-f", str(path)], timeout=30)
    return keyfile.find_key(path)


def begin_trust(folder: Path, project: Project, private: Mapping[str, keyfile.KeyFile], now: datetime) -> None:
    """The first trust state, signed by two of those whom the policy names for it."""
    public = {person: Path(f"{key.path}.pub") for person, key in private.items()}
    entries = [trust_edit.new_key(project.people, person, path, now) for person, path in public.items()]
    policy = folder / trust_edit.POLICY
    bare = "signers = 2\nbare_keys = true  # an example\n"
    policy.write_text(policy.read_text(encoding="utf-8").replace("signers = 2\n", bare, 1), encoding="utf-8")
    stored.write(folder, {trust_edit.SIGNERS: keys.write_keys(entries).encode()})
    for person in ADMINISTRATORS:
        proposal = trust_edit.propose(folder, load(folder)[0], now, REASON)
        stored.write(folder, trust_edit.sign(folder, proposal, private[person])[0])


def sign_all(folder: Path, private: Mapping[str, keyfile.KeyFile], now: datetime) -> datetime:
    """What the policy asks for, one act of each document at a time, until every document is approved."""
    while True:
        project, problems = load(folder)
        now += timedelta(seconds=1)
        waiting = shared_out(project, now)
        if not waiting:
            return now
        for (person, meaning), ids in waiting.items():
            key = private[person]
            signer = authority.signatory(project, key)
            desk = sign.Desk(folder, project, now, signer, key.form, key.protection, problems=problems)
            ready = desk.prepare_all(sign.Wish(document_id, meaning, REASON) for document_id in ids)
            stored.write(folder, sign.sign(desk, key, ready))


def shared_out(project: Project, moment: datetime) -> dict[tuple[str, Meaning], list[str]]:
    """The next act of each document that waits for one, and somebody who may state it."""
    found: dict[tuple[str, Meaning], list[str]] = {}
    for status in lifecycle.statuses(project, moment.date()).values():
        document = status.document
        if document.type.kind is Kind.CONTROLLED and status.missing and document.date("effective_from"):
            need = status.missing[0]
            person = signatory(project, status, need, moment)
            found.setdefault((person, need.meaning), []).append(document.id)
    return found


def signatory(project: Project, status: Status, need: Need, moment: datetime) -> str:
    """Who states what is needed: an author leaves the approval to somebody else, a reviewer reviews once."""

    def holders(roles: tuple[str, ...]) -> list[str]:
        named = (status.document.text("owner") if role == "owner" else role for role in roles)
        return list(dict.fromkeys(p.key for role in named for p in project.people.holders(role, moment.date())))

    if need.meaning is Meaning.AUTHOR:
        approvals = [set(holders(other.roles)) for other in status.missing if other.meaning is Meaning.APPROVAL]
        candidates = holders(("owner", "quality-manager", "employee"))
        return next(key for key in candidates if all(approvers - {key} for approvers in approvals))
    signed = {a.person for a in status.acts if a.meaning in {need.meaning, Meaning.AUTHOR}}
    candidates = holders(need.roles or ("employee",))
    others = [key for key in candidates if key not in signed]
    return (others or candidates)[0]


def witness(folder: Path, private: Mapping[str, keyfile.KeyFile], now: datetime) -> None:
    """A checkpoint over all of it."""
    project = load(folder)[0]
    state = authority.latest(project)
    path, payload = checkpoint.compose(state, None, "", [act.digest for act in project.acts], now.isoformat())
    (signature,) = keyfile.sign(private[state.signers[0]], keys.CHECKPOINT, [payload])
    stored.write(folder, {path: payload, f"{path}.sig": signature})


def commit(folder: Path) -> None:
    """A repository of its own with one commit, from which a release can be made."""
    who = ("-c", "user.name=Example", "-c", "user.email=example@example.com", "-c", "commit.gpgsign=false")
    for words in (("init", "--quiet"), ("add", "--all"), (*who, "commit", "--quiet", "--message", "Example")):
        process.run(["git", "-C", str(folder), *words], timeout=60)


def in_force_on(project: Project, now: datetime) -> str:
    """The first day on which all of it is in force."""
    found = lifecycle.statuses(project, now.date() + timedelta(days=1)).values()
    days = [status.in_force_from for status in found if status.in_force_from]
    return max([now.date() + timedelta(days=1), *days]).isoformat()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
