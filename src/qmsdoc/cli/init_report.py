"""What `qmsdoc init` says in the end: what was written and kept, what remains and whose it is, what comes next."""

from __future__ import annotations

import shlex
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from qmsdoc.project import Project
    from qmsdoc.starter.model import Model
    from qmsdoc.trust.people import People

_FEW = 8  # files that are named one by one; more are counted by folder


def listed(new: Collection[str], kept: Collection[str]) -> str:
    """Every file that would be written and every one that is there, by path."""
    lines = [f"write {path}" for path in new] + [f"keep  {path}" for path in kept]
    return "".join(
        f"{line}\n" for line in [*sorted(lines, reverse=True), f"{len(new)} files to write, {len(kept)} to keep"]
    )


def said(root: Path, new: Mapping[str, bytes], kept: Collection[str], model: Model) -> str:
    """The closing text."""
    from qmsdoc.load import load

    project, _ = load(root, acts=())
    lines = [f"wrote {_counted(new)} into {root}"]
    if kept:
        lines.append(f"kept {_counted(kept)}: there already, under this name or with the same id")
    return "\n".join([*lines, "", *_remains(root, project), *_next(root, project, model)]) + "\n"


def _counted(paths: Collection[str]) -> str:
    """Few files by name, many by folder."""
    if len(paths) <= _FEW:
        return ", ".join(sorted(paths)) or "nothing"
    folders = Counter(f"{path.partition('/')[0]}/" if "/" in path else "the top" for path in paths)
    return f"{len(paths)} files ({', '.join(f'{count} in {folder}' for folder, count in sorted(folders.items()))})"


def _remains(root: Path, project: Project) -> Iterator[str]:
    """What nobody has decided yet, and who decides it."""
    from qmsdoc.starter.surroundings import OWNERS

    held = {holding.role for person in project.people.persons.values() for holding in person.roles}
    if unheld := [role for role in project.people.roles if role not in held]:
        yield f"remains for top management: nobody holds {', '.join(unheld)} (trust/people.toml)"
    for document in project.by_type.get("device", ()):
        if missing := [key for key in document.type.since if not document.has(key)]:
            what = f"{document.id} states no {', '.join(missing)} ({document.path})"
            yield f"remains for {document.text('owner')}: {what}"
    if not project.by_type.get("device"):
        yield "remains for regulatory-affairs: no device is entered (`qmsdoc new device --title …`)"
    if not (root / OWNERS).exists():
        yield f"no {OWNERS} yet: no role has an account; `--account quality-manager=@handle` writes it"
    yield ""


def _next(root: Path, project: Project, model: Model) -> Iterator[str]:
    """Five steps, each with its command."""
    manual = next((document.id for document in project.by_type.get("manual", ())), "")
    here = "" if root == Path.cwd() else f"cd {shlex.quote(str(root))} && "
    name, admins = _administrators(project.people, model)
    reason = "--meaning author --reason 'First issue'"
    steps = {
        "preview": f"{here}qmsdoc build   # then open build/site/index.html",
        "name your people": "edit trust/people.toml, then: qmsdoc validate",
        "make your key": f"ssh-keygen -t ed25519 -C {shlex.quote(name)}   # then: qmsdoc trust init {admins}",
        "approve the manual": f"qmsdoc sign {manual} {reason}   # then: qmsdoc inbox",
        "add CI": "git init && git add --all && git commit -m 'Begin the QMS'   # then push to GitHub or GitLab",
    }
    yield from (f"{number}. {step:<20}{command}" for number, (step, command) in enumerate(steps.items(), 1))


def _administrators(people: People, model: Model) -> tuple[str, str]:
    """The name for the first key, and the options that name two persons who may change trust."""
    from qmsdoc.starter.model import POLICY
    from qmsdoc.starter.settings import trust_roles

    roles = trust_roles(model.files[POLICY])
    found = [p for p in people.persons.values() if any(holding.role in roles for holding in p.roles)][:2]
    options = [f"--admin {person.key}=KEY.pub" for person in found]
    options += ["--admin PERSON=KEY.pub"] * (2 - len(options))
    return found[0].name if found else "Your Name", " ".join(options)
