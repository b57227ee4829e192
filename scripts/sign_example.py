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
from qmsdoc.signing import keyfile, sign, trust_edit
from qmsdoc.trust import checkpoint, keys
from qmsdoc.trust.act import Meaning
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qmsdoc.project import Document, Project

HERE = Path(__file__).parent.parent
FOLDERS = ("sops", "records", "templates", "trust", "schemas")
FILES = ("qmsdoc.toml", "mkdocs.yml")
APPROVERS = ("quality-manager", "top-management")
REASON = "Example signature with a throwaway key"


def main(folder: Path) -> None:
    """Copy, sign, witness."""
    now = datetime.now(UTC).replace(microsecond=0)
    copy(folder)
    with tempfile.TemporaryDirectory() as scratch:
        project = load(folder)[0]
        private = {person: make_key(Path(scratch), person) for person in project.people.persons}
        begin_trust(folder, project, private, now)
        sign_all(folder, private, now)
        witness(folder, private, now)
    commit(folder)
    project = load(folder)[0]
    state = sign.latest(project)
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
    """The first trust state, signed by two of those who may approve."""
    holders = [p for role in APPROVERS for p in project.people.holders(role, now.date())]
    admins = list(dict.fromkeys(person.key for person in holders))[:2]
    public = {person: Path(f"{key.path}.pub") for person, key in private.items()}
    files = trust_edit.initial(project.people, {person: public[person] for person in admins}, now, solo=False)
    for person in sorted(private.keys() - set(admins)):
        entry = trust_edit.new_key(project.people, person, public[person], now)
        files[trust_edit.SIGNERS] = trust_edit.added(files[trust_edit.SIGNERS], entry)
    listed = ", ".join(f'"{role}"' for role in APPROVERS)
    policy = re.sub(r"roles = \[.*?\]", f"roles = [{listed}]", files[trust_edit.POLICY])
    files[trust_edit.POLICY] = policy.replace("signers = 2\n", "signers = 2\nbare_keys = true  # an example\n")
    sign.write(folder, {path: text.encode() for path, text in files.items()})
    for person in admins:
        proposal = trust_edit.propose(folder, load(folder)[0], now, REASON)
        sign.write(folder, trust_edit.sign(folder, proposal, private[person])[0])


def sign_all(folder: Path, private: Mapping[str, keyfile.KeyFile], now: datetime) -> None:
    """Author and approval of every controlled document, by different persons."""
    documents = [d for d in load(folder)[0].documents if d.type.kind is Kind.CONTROLLED]
    for step, meaning in enumerate((Meaning.AUTHOR, Meaning.APPROVAL)):
        project, problems = load(folder)
        moment = now + timedelta(seconds=step + 1)
        for person, mine in shared_out(project, documents, meaning, moment).items():
            key = private[person]
            signer = sign.signatory(project, key)
            desk = sign.Desk(folder, project, moment, signer, key.form, key.protection, problems=problems)
            ready = desk.prepare_all(sign.Wish(document.id, meaning, REASON) for document in mine)
            sign.write(folder, sign.sign(desk, key, ready))


def shared_out(
    project: Project, documents: Sequence[Document], meaning: Meaning, moment: datetime
) -> dict[str, list[Document]]:
    """Who signs what: the owner as author, and as approver somebody else."""
    found: dict[str, list[Document]] = {}
    for document in documents:
        roles = (document.text("owner"),) if meaning is Meaning.AUTHOR else APPROVERS
        authors = {act.person for act in project.acts_by_id.get(document.id, ())}
        holders = (p.key for role in roles for p in project.people.holders(role, moment.date()))
        person = next(key for key in holders if key not in authors)
        found.setdefault(person, []).append(document)
    return found


def witness(folder: Path, private: Mapping[str, keyfile.KeyFile], now: datetime) -> None:
    """A checkpoint over all of it."""
    project = load(folder)[0]
    state = sign.latest(project)
    moment = now + timedelta(seconds=3)
    path, payload = checkpoint.compose(state, None, "", [act.digest for act in project.acts], moment.isoformat())
    (signature,) = keyfile.sign(private[state.signers[0]], keys.CHECKPOINT, [payload])
    sign.write(folder, {path: payload, f"{path}.sig": signature})


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
