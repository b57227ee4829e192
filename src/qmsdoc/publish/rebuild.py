"""Makes a release again from its commit, as of its day, and compares every byte."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from qmsdoc.external.git_copy import check_out
from qmsdoc.load import load, source
from qmsdoc.publish import manifest, release
from qmsdoc.publish.origin import read_origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qmsdoc.publish.job import Outcome
    from qmsdoc.publish.manifest import Manifest


def other_tools(told: Manifest) -> list[str]:
    """The tools that a manifest names in another version, with both; raises ProgramError where one is missing."""
    here = manifest.tools()
    differing = []
    for name in sorted({*told.tools, *here}):
        was, now = told.tools.get(name), here.get(name)
        if was != now:
            label, digits = name.removesuffix("_sha256"), 12 if name.endswith("_sha256") else None
            differing.append(f"{label}: {(was or 'none')[:digits]} then, {(now or 'none')[:digits]} here")
    return differing


@contextmanager
def rebuilt(
    root: Path, told: Manifest, *, workers: int = 0, progress: Callable[[Outcome], None] = lambda _: None
) -> Iterator[release.Result]:
    """Make a release again in a temporary folder; raises ReleaseError, GitError and what `release.build` raises.

    Trust states are taken as the commit holds them: `release verify` asks whether they are the right ones.
    """
    if told.commit is None or told.dirty:
        raise release.ReleaseError(
            f"release {told.name} was made from files that no commit holds", "so nobody can make it again"
        )
    day = date.fromisoformat(told.as_of)
    with tempfile.TemporaryDirectory(prefix="qmsdoc-") as scratch:
        place = Path(scratch, "repository")
        place.mkdir()
        then = check_out(root, told.commit, place)
        project, _ = load(then, today=day)
        yield release.build(
            project,
            then,
            told.name,
            Path(scratch, "release"),
            today=day,
            origin=read_origin(then),
            source=source,
            ids=told.selection,
            drafts=told.drafts,
            workers=workers,
            progress=progress,
        )


def differences(folder: Path, again: Path) -> list[str]:
    """The files that are not the same in two releases, and how; what was signed afterwards is not compared."""
    old, new = (
        {p: d for p, d in manifest.hashes(f).items() if not p.startswith(_SIGNED)} for f in (folder, again)
    )
    ways = {
        path: "was not made again"
        if path not in new
        else "is not in the release"
        if path not in old
        else "differs"
        for path in sorted({*old, *new})
        if old.get(path) != new.get(path)
    }
    return [f"{path} {how}" for path, how in ways.items()]


_SIGNED = manifest.SIGNATURE  # the time stamp's name begins with it
