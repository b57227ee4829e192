"""Seeded defects: one change in a good small QMS, and the one finding that it must cause."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

from qmsdoc.check import check
from qmsdoc.load import load
from qmsdoc.plain_yaml import read_plain
from qmsdoc.resources import data
from qmsdoc.selftest.row import NOTHING, Row, row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from qmsdoc.diagnostics import Findings

TODAY = date(2026, 3, 2)


def rows(folder: Path) -> Iterator[Row]:
    """Each defect alone in a copy of the sample; the sample as it is has no finding."""
    yield row("the sample as it is", NOTHING, lambda: _found(_copy(folder / "good")), "reading", "values")
    for number, defect in enumerate(read_defects()):
        root = folder / str(number)
        expected = "; ".join(sorted(_full(text) for text in _expected(defect)))

        def find(root: Path = root, defect: Mapping[str, Any] = defect) -> str:
            seed(_copy(root), defect)
            return _found(root)

        yield row(defect["name"], expected, find, defect["shows"])


def read_defects() -> list[dict[str, Any]]:
    """The defects as they are written down."""
    found: list[dict[str, Any]] = read_plain(data("selftest", "defects.yaml").read_bytes(), {})["defects"]
    return found


def seed(root: Path, defect: Mapping[str, Any]) -> None:
    """Make one change; raises ValueError where the text to replace does not stand there once."""
    file = root / path_of(defect["file"])
    if "write" in defect:
        file.write_text(defect["write"], encoding="utf-8", newline="\n")
        return
    text = (root / path_of(defect.get("copy", defect["file"]))).read_text(encoding="utf-8")
    for edit in [defect, *defect.get("also", [])]:
        if "replace" not in edit:
            continue
        if text.count(edit["replace"]) != 1:
            raise ValueError(f"`{edit['replace']}` stands {text.count(edit['replace'])} times in {file.name}")
        text = text.replace(edit["replace"], edit["with"])
    file.write_text(text, encoding="utf-8", newline="\n")


def path_of(named: str) -> str:
    """The path of a document of the sample by its id; a path stays as it is."""
    sample = data("selftest", "sample")
    found = [] if "/" in named else sample.rglob(f"{named}-*.md")
    return next((file.relative_to(sample).as_posix() for file in found), named)


def told(findings: Findings) -> str:
    """Findings as `CODE path:line`, sorted."""
    places = {f"{d.code} {d.location.path}:{d.location.line}" for d in findings.open}
    return "; ".join(sorted(places)) or NOTHING


def _copy(root: Path) -> Path:
    shutil.copytree(data("selftest", "sample"), root)
    return root


def _found(root: Path) -> str:
    project, problems = load(root, today=TODAY)
    return told(check(project, problems, TODAY))


def _expected(defect: Mapping[str, Any]) -> list[str]:
    return [text for text in (defect["expected"], defect.get("besides", "")) if text]


def _full(expected: str) -> str:
    """The expected finding with the whole path of its document."""
    code, _, place = expected.partition(" ")
    named, _, line = place.rpartition(":")
    return f"{code} {path_of(named)}:{line}"
