"""The seeded defects of `benchmarks/defects/`: each is found at its line, and nothing harmless is."""

from __future__ import annotations

import importlib.util
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from conftest import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

FOLDER = REPOSITORY / "benchmarks" / "defects"


def _module(name: str) -> ModuleType:
    """A module of the benchmark, which is a program and not a package."""
    sys.path.insert(0, str(FOLDER))
    try:
        spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(FOLDER))


VARIANTS = _module("variants").VARIANTS
run = _module("run")


RESULTS = json.loads((FOLDER / "results.json").read_text(encoding="utf-8"))


def test_there_are_enough_and_all_results_are_published() -> None:
    assert len(run.defects("defects")) >= 80
    assert all(RESULTS[defect.id].startswith("found ") for defect in run.defects("defects"))
    assert list(RESULTS) == [defect.id for defect in run.defects()]


@pytest.mark.parametrize("defect", run.defects(), ids=lambda defect: defect.id)
def test_what_is_published_is_true(defect: Any) -> None:
    """Found at the line that an auditor points to, by these rules; or missed, and said so."""
    assert run.results([run.judge(defect)]) == {defect.id: RESULTS[defect.id]}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_harmless_variant_raises_no_alarm(tmp_path: Path, name: str) -> None:
    root = run.clean(tmp_path)
    VARIANTS[name](root)
    assert [f"{d.code} {d.location.path}:{d.location.line} {d.message}" for d in run.found(root)] == []
