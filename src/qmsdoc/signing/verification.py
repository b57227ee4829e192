"""`qmsdoc verify`: everything that is signed, held against keys, policy, copies, anchor and history."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qmsdoc.check import check
from qmsdoc.diagnostics import Location, Problem
from qmsdoc.external import git
from qmsdoc.publish.release_check import kept
from qmsdoc.trust.statement import FOLDER
from qmsdoc.trust.verify import CLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from qmsdoc.diagnostics import Findings
    from qmsdoc.project import Project

REWRITTEN, IMPOSSIBLE, BROKEN_RELEASE = "QD720", "QD721", "QD722"
CODES = frozenset({"QD205", *(f"QD{number}" for number in range(710, 723))})
_OURS = (f"{FOLDER}/", "trust/", "releases/")


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found wrong, what could not be checked, and how much was checked."""

    findings: Findings
    unchecked: Sequence[str]
    counts: Sequence[tuple[str, int]]


def verify(root: Path, project: Project, problems: Sequence[Problem], today: date) -> Verification:
    """Check all that is signed; never silent about what it could not check."""
    found, unchecked = list(problems), []
    if not project.trust.states:
        unchecked.append("there is no trust state that holds, so no act could be checked")
    elif not project.anchored:
        unchecked.append("no anchor was given, so whoever replaced the whole repository would not be noticed")
    try:
        history, notes = _history(root, project)
        found += history
        unchecked += notes
    except git.GitError as error:
        unchecked.append(f"the history could not be checked: {error}")
    for path, why, unknown in kept(root, project, today):
        if unknown:
            unchecked.append(f"{path}: {why}")
        else:
            found.append(Problem(Location(path), f"this release does not hold: {why}", None, BROKEN_RELEASE))
    ours = [p for p in found if p.code in CODES or p.location.path.startswith(_OURS)]
    findings = check(project, ours, today, codes=CODES | {p.code for p in ours})
    shown = [d for d in findings.diagnostics if d.code in CODES or d.location.path.startswith(_OURS)]
    counts = (
        ("trust states", len(project.trust.states)),
        ("acts", len(project.acts)),
        ("approved copies", len(project.copies)),
        ("checkpoints", len(project.checkpoints)),
    )
    return Verification(replace(findings, diagnostics=shown), unchecked, counts)


def _history(root: Path, project: Project) -> tuple[list[Problem], list[str]]:
    """What git tells against checkpoints and acts, and what it cannot tell; an export has no history to check."""
    if git.head(root) is None:
        return [], []
    rewritten = [
        Problem(
            Location(".git"), f"`{name}` makes git show another history than the commits hold", None, REWRITTEN
        )
        for name in git.rewritten(root)
    ]
    if git.is_shallow(root):
        needed = bool(project.checkpoints)
        return rewritten, ["the history is cut off; clone all of it (`fetch-depth: 0`)"] if needed else []
    return [*rewritten, *_lost_commits(root, project), *_impossible(root, project)], []


def _lost_commits(root: Path, project: Project) -> Iterator[Problem]:
    for checkpoint in project.checkpoints:
        if checkpoint.commit and not git.is_ancestor(root, checkpoint.commit):
            message = f"its commit {checkpoint.commit[:12]} is no longer part of the history"
            hint = "the history was rewritten after it was witnessed; restore it from another clone"
            yield Problem(Location(checkpoint.file), message, hint, REWRITTEN)


def _impossible(root: Path, project: Project) -> Iterator[Problem]:
    times = {commit: git.commit_time(root, commit) for commit in {a.base_commit for a in project.acts} - {""}}
    for act in project.acts:
        base = times.get(act.base_commit)
        if base and act.time + CLOCKS < base:
            message = f"it says {act.time.isoformat()}, and the commit before it was made at {base.isoformat()}"
            yield Problem(Location(act.file), message, None, IMPOSSIBLE)
