"""What is measured inside one process, because its start-up does not count: prints seconds as JSON.

python benchmarks/inside.py git|views|stage FOLDER [TARGET]
"""

from __future__ import annotations

import json
import sys
from datetime import date
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from corpus import TODAY

from qmsdoc.external import git, process
from qmsdoc.lifecycle import statuses
from qmsdoc.load import load, source

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = date.fromisoformat(TODAY)
LOG = ("log", "--name-only", "-z", "--format=%H", "HEAD")


def seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def history(root: Path) -> dict[str, float]:
    """The revisions of all documents, and one plain log."""
    git.version()  # what is imported once does not count
    found = len(git.revisions(root))
    return {
        "facts": seconds(lambda: git.revisions(root)),
        "log": seconds(lambda: process.run(["git", "-C", str(root), *LOG], timeout=600)),
        "found": found,
    }


def views(root: Path) -> dict[str, float]:
    """The load, then register and clause index of every framework from what was loaded."""
    from qmsdoc.views.clause_index import clause_index  # noqa: PLC0415 - only this needs it
    from qmsdoc.views.register import register  # noqa: PLC0415 - only this needs it

    began = perf_counter()
    project, _ = load(root)
    loaded = perf_counter() - began
    began = perf_counter()
    found = statuses(project, DAY)
    rows = len(register(project, found).rows)
    rows += sum(len(clause_index(project, name, found.values()).rows) for name in project.catalogs)
    return {"load": loaded, "views": perf_counter() - began, "rows": rows}


def stage(root: Path, target: Path) -> dict[str, float]:
    """The tree that MkDocs builds."""
    from qmsdoc.publish import site  # noqa: PLC0415 - only this needs it

    project, _ = load(root)
    edition = site.Edition(DAY)
    staged = site.stage(project, root, target, edition=edition, source=partial(source, root), drafts=True)
    return {"pages": staged.pages}


if __name__ == "__main__":
    work = {"git": history, "views": views, "stage": stage}[sys.argv[1]]
    sys.stdout.write(json.dumps(work(*map(Path, sys.argv[2:]))) + "\n")
