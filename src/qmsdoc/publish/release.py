"""A release: one PDF for each document of a set and a manifest, there whole or not at all."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qmsdoc import lifecycle, signed
from qmsdoc.publish import manifest, pdf, place, release_changes
from qmsdoc.publish.jobs import Desk, file_name
from qmsdoc.suggest import did_you_mean
from qmsdoc.trust import state
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import date
    from pathlib import Path

    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Project
    from qmsdoc.publish.job import Outcome
    from qmsdoc.publish.jobs import ReadSource
    from qmsdoc.publish.origin import Origin
    from qmsdoc.publish.release_changes import Earlier
    from qmsdoc.trust.state import Trust

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII).fullmatch
_ENDED = {lifecycle.State.SUPERSEDED, lifecycle.State.WITHDRAWN}


class ReleaseError(Exception):
    """A release can not begin: nothing to release, uncommitted changes, a folder in use; with a hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Result:
    """What came of each document; `folder` is None when one of them failed, and then nothing was written."""

    outcomes: Sequence[Outcome]
    folder: Path | None

    @property
    def failed(self) -> list[Outcome]:
        """Documents without a PDF."""
        return [outcome for outcome in self.outcomes if not outcome.made]


def chosen(project: Project, today: date, ids: Collection[str] = (), *, drafts: bool = False) -> list[Status]:
    """The set of a release, by id and revision; raises ReleaseError for an unknown id and for an empty set.

    Documents in force; with `drafts` also the latest revision where it is not. Records and entries only by id.
    """
    for document_id in ids:
        if document_id not in project.by_id and not any(key[0] == document_id for key in project.copies):
            hint = did_you_mean(document_id, project.by_id)
            raise ReleaseError(f"`{document_id}` is not a document in this QMS", hint)
    found = lifecycle.statuses(project, today)
    newest = lifecycle.latest(found)
    picked = []
    for (document_id, _), status in found.items():
        controlled = status.document.type.kind is Kind.CONTROLLED
        wanted = document_id in ids if ids else controlled
        pending = drafts and status is newest[document_id] and status.state not in _ENDED
        if wanted and (not controlled or status.in_force or pending):
            picked.append(status)
    if left := sorted(set(ids) - {status.document.id for status in picked}):
        state = newest[left[0]].state.value
        raise ReleaseError(
            f"{left[0]} is not in force ({state})", "" if drafts else "with --drafts it comes too, watermarked"
        )
    if not picked:
        hint = "" if drafts else "with --drafts, documents that are not in force come too, watermarked"
        raise ReleaseError("no document of this set is in force" if not drafts else "the set is empty", hint)
    return picked


def build(
    project: Project,
    root: Path,
    name: str,
    output: Path,
    *,
    today: date,
    origin: Origin,
    source: ReadSource,
    ids: Collection[str] = (),
    drafts: bool = False,
    workers: int = 0,
    progress: Callable[[Outcome], None] = lambda _: None,
) -> Result:
    """Make a release in `output`. Raises ReleaseError, load.SourceChanged, and ProgramError without pandoc.

    Without `drafts` every file must be committed, and every PDF must keep PDF/A-3a and PDF/UA-1.
    """
    picked = chosen(project, today, ids, drafts=drafts)
    if not _NAME(name):
        raise ReleaseError(f"`{name}` cannot be the name of a release", "use letters, digits, `.`, `_` and `-`")
    origin = origin.with_files({s.document.path: source(root, s.document).data for s in picked})
    _check(root, name, output, origin, drafts=drafts)
    desk = _desk(project, root, picked, today, origin, source, archival=not drafts)
    jobs = [desk.job(status) for status in picked]
    try:
        with place.made_whole(output) as folder:
            outcomes = pdf.make(jobs, folder, workers=workers, progress=progress)
            if not all(outcome.made for outcome in outcomes):
                return Result(outcomes, None)
            before = release_changes.last_release(root)
            _explain(project, root, name, folder, picked, before, ids, today)
            head = _head(project, name, today, origin, ids, before, drafts=drafts)
            entries = [manifest.entry(root, s, o, folder) for s, o in zip(picked, outcomes, strict=True)]
            manifest.write(folder, head, entries)
            folder.chmod(0o755)
            place.put(folder, output)
    except place.InUse as error:
        raise ReleaseError(f"another process makes {output}", f"wait for it; it works in {error}") from None
    return Result(outcomes, output)


def single(
    project: Project,
    root: Path,
    status: Status,
    folder: Path,
    *,
    today: date,
    origin: Origin,
    source: ReadSource,
) -> Outcome:
    """Make one PDF of a document or record, watermarked by its state, into an existing folder."""
    desk = _desk(project, root, [status], today, origin, source, archival=status.in_force)
    return pdf.make([desk.job(status)], folder)[0]


def _desk(
    project: Project,
    root: Path,
    picked: Sequence[Status],
    today: date,
    origin: Origin,
    source: ReadSource,
    *,
    archival: bool,
) -> Desk:
    by_rank = sorted(picked, key=lambda status: (status.in_force, status.document.revision))
    files = {status.document.id: file_name(status) for status in by_rank}
    return Desk(project, root, today, origin, source, archival, files)


def _explain(
    project: Project,
    root: Path,
    name: str,
    folder: Path,
    picked: Sequence[Status],
    before: Earlier | None,
    ids: Collection[str],
    today: date,
) -> None:
    """Write what changed since the last release, and the trust states by which a stranger can check signatures."""
    if before and ids:  # of a selection nothing is missing
        kept = tuple(entry for entry in before.manifest.documents if entry.id in ids)
        before = before._replace(manifest=before.manifest.model_copy(update={"documents": kept}))
    title = f"{project.config.company.name}: release {name}, as of {today}"
    text = release_changes.summary(title, picked, before, lifecycle.statuses(project, today))
    (folder / release_changes.FILE).write_text(text, encoding="utf-8", newline="\n")
    for path, raw in trust_files(root, project.trust).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(raw)


def trust_files(root: Path, trust: Trust) -> dict[str, bytes]:
    """The files of the trust states that hold, by path; text with line feeds, as it was signed."""
    folders = tuple(f"{state.FOLDER}/{known.version}/" for known in trust.states)
    found = signed.read_files(root, state.FOLDER) if folders else {}
    return {path: raw.replace(b"\r\n", b"\n") for path, raw in found.items() if path.startswith(folders)}


def _head(
    project: Project,
    name: str,
    today: date,
    origin: Origin,
    ids: Collection[str],
    before: Earlier | None,
    *,
    drafts: bool,
) -> dict[str, Any]:
    latest = project.trust.latest
    return {
        "name": name,
        "as_of": today.isoformat(),
        "drafts": drafts,
        "commit": origin.commit.id if origin.commit else None,
        "committed_at": origin.commit.time.isoformat() if origin.commit else None,
        "dirty": origin.dirty,
        "changed": list(origin.changed),
        "project": latest.project if latest else None,
        "trust": {"version": latest.version, "sha256": latest.sha256} if latest else None,
        "selection": sorted(ids),
        "previous": {"name": before.manifest.name, "sha256": before.sha256} if before else None,
    }


def _check(root: Path, name: str, output: Path, origin: Origin, *, drafts: bool) -> None:
    """Refuse a folder that holds something else, a name that is taken, and files that no commit holds."""
    if output.exists() and not _is_release(output):
        raise ReleaseError(f"{output} is there and is no release", "name another folder, or remove it")
    if (root / release_changes.FOLDER / name / manifest.FILE).exists():
        taken = f"{release_changes.FOLDER}/{name}/{manifest.FILE}"
        raise ReleaseError(f"release {name} was signed: {taken}", "give the new one another name")
    if origin.dirty and not drafts:
        what = f"{origin.changed[0]} has uncommitted changes" if origin.changed else "there is no commit"
        raise ReleaseError(f"{what}; a release is made from a commit", "commit first, or use --drafts")


def _is_release(folder: Path) -> bool:
    """Whether a folder is empty or an earlier release, which may be replaced."""
    if not folder.is_dir():
        return False
    if not any(folder.iterdir()):
        return True
    try:
        return "schema_version" in json.loads((folder / manifest.FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return False
