"""Seeded defects: a clean QMS, one small edit at a time, and what a check says of it.

    python benchmarks/defects/run.py            a line a defect, and the rates
    python benchmarks/defects/run.py second     one set; a family or one id likewise
    python benchmarks/defects/run.py --write    all, into results.json

A defect is *found* where a finding stands on the line that an auditor would point to, *near* where something else
is found, *missed* where nothing is. The clean QMS and its harmless variants must be silent.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import tomllib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cache
from multiprocessing import Pool
from pathlib import Path
from typing import TYPE_CHECKING, Any

from variants import VARIANTS

from qmsdoc.check import check
from qmsdoc.config import ConfigError
from qmsdoc.load import load, load_config
from qmsdoc.trust.act import Act, Meaning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qmsdoc.diagnostics import Diagnostic
    from qmsdoc.project import Project

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
CLEAN = HERE.parent.parent
PARTS = ("qmsdoc.toml", "records", "schemas", "sops", "templates", "trust")
SETS = ("defects", "second")
TOUCHED = "QD508"  # a closed record was rewritten: found whatever was written
TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Defect:
    """One edit of one file, and the line to which a good validator points."""

    id: str
    family: str
    says: str
    clause: str
    file: str
    find: str = ""
    replace: str = ""
    at: tuple[str, ...] = ()
    new: bool = False
    delete: bool = False
    signed: bool = False  # the author has signed the document as it is with the defect

    def apply(self, root: Path) -> None:
        """Put the defect into a repository; raises ValueError where it does not fit."""
        path = root / self.file
        if self.delete:
            path.unlink()
            return
        if self.new:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.replace.encode())
            return
        text = path.read_bytes().decode()
        if text.count(self.find) != 1:
            raise ValueError(f"{self.id}: its text stands {text.count(self.find)} times in {self.file}")
        path.write_bytes(text.replace(self.find, self.replace).encode())

    def lines(self, root: Path) -> set[int]:
        """The lines to which a finding may point, from 1."""
        if self.delete:
            return {1}
        text = (root / self.file).read_bytes().decode().splitlines()
        return {next(number for number, line in enumerate(text, 1) if part in line) for part in self.at}


@dataclass(frozen=True)
class Outcome:
    """What came of a defect: found, near or missed; the codes at its line, and all others that it brings about."""

    defect: Defect
    how: str
    codes: tuple[str, ...]
    others: tuple[str, ...]


def defects(*names: str) -> list[Defect]:
    """Those of some sets, or all of them, in the order of the files."""
    texts = ((HERE / f"{name}.toml").read_text(encoding="utf-8") for name in names or SETS)
    return [_defect(table) for text in texts for table in tomllib.loads(text)["defect"]]


def _defect(table: dict[str, Any]) -> Defect:
    at = table.pop("at", ())
    return Defect(**table, at=(at,) if isinstance(at, str) else tuple(at))


def clean(folder: Path) -> Path:
    """A copy of the clean QMS."""
    for part in PARTS:
        source = CLEAN / part
        if source.is_dir():
            shutil.copytree(source, folder / part)
        else:
            shutil.copy(source, folder / part)
    return folder


def found(root: Path, base: Project | None = None, signed: str = "") -> list[Diagnostic]:
    """What a check finds that nobody accepted; beside a base as in a merge.

    signed: the path of a document that its author signed.
    """
    project, problems = load(root)
    if signed:
        document = project.by_path[signed]
        author = Act(
            document.id,
            document.revision,
            document.sha256,
            Meaning.AUTHOR,
            project.people.holders(document.text("owner"), TODAY)[0].key,
            document.text("owner"),
            datetime.combine(TODAY, time(9), UTC),
        )
        project = replace(project, acts=(author,))
    return check(project, problems, TODAY, base=base).open


@cache
def before() -> Project:
    """The clean QMS, with which a change is compared."""
    return load(CLEAN, config=load_config(CLEAN))[0]


def judge(defect: Defect) -> Outcome:
    """Seed a defect and see what is found."""
    with tempfile.TemporaryDirectory(prefix="defects-") as scratch:
        root = clean(Path(scratch))
        defect.apply(root)
        lines = defect.lines(root)
        try:
            diagnostics = found(root, before(), defect.file if defect.signed else "")
        except ConfigError:  # nothing is read with such settings, and the exit code is 2
            return Outcome(defect, "found", ("settings",), ())
    here = [d for d in diagnostics if d.location.path == defect.file]
    right = sorted({d.code for d in here if d.location.line in lines} - {TOUCHED})
    others = sorted({d.code for d in diagnostics} - set(right))
    how = "found" if right else "near" if diagnostics else "missed"
    return Outcome(defect, how, tuple(right), tuple(others))


def _report(name: str, outcomes: Sequence[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        codes = " ".join(outcome.codes)
        others = f" (also {' '.join(outcome.others)})" if outcome.others else ""
        yield f"{outcome.how:6} {outcome.defect.id:14} {codes}{others}  {outcome.defect.says}"
    counts = Counter(outcome.how for outcome in outcomes)
    rate = counts["found"] / max(1, len(outcomes))
    near, missed = counts["near"], counts["missed"]
    seeded = f"{name}.toml, {len(outcomes)} defects"
    yield f"{seeded}: {counts['found']} found ({rate:.0%}), {near} near, {missed} missed"


def results(outcomes: Sequence[Outcome]) -> dict[str, str]:
    """What is published: of each defect how it went, and by which rules."""
    return {outcome.defect.id: " ".join([outcome.how, *outcome.codes]) for outcome in outcomes}


def alarms() -> dict[str, int]:
    """The number of findings in the clean QMS and in each of its harmless variants."""
    counted = {}
    for name, change in {"clean": lambda _: None, **VARIANTS}.items():
        with tempfile.TemporaryDirectory(prefix="defects-") as scratch:
            root = clean(Path(scratch))
            change(root)
            counted[name] = len(found(root))
    return counted


def main() -> int:
    """Run all, or what is named: sets, families, ids. 1: not as published, or the clean QMS not silent."""
    wanted = set(sys.argv[1:]) - {"--write"}
    false_alarms = {name: number for name, number in alarms().items() if number}
    told: dict[str, str] = {}
    with Pool() as pool:
        for name in SETS:
            chosen = [each for each in defects(name) if not wanted or wanted & {name, each.family, each.id}]
            if outcomes := pool.map(judge, chosen, chunksize=4):
                print("\n".join(_report(name, outcomes)))
                told |= results(outcomes)
    if "--write" in sys.argv and not wanted:
        RESULTS.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(f"false alarms in the clean QMS and {len(VARIANTS)} harmless variants: {false_alarms or 'none'}")
    published = json.loads(RESULTS.read_text(encoding="utf-8"))
    return int(bool(false_alarms) or any(published[name] != how for name, how in told.items()))


if __name__ == "__main__":
    sys.exit(main())
