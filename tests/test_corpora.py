"""QMS repositories of others, in other vocabularies: no traceback, no hang, located findings, sensible exits."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest

from conftest import REPOSITORY, Repository
from test_hostile import limit

if TYPE_CHECKING:
    from pathlib import Path

CORPORA = REPOSITORY.parent / "shared" / "corpora"
NAMES = ("gstt", "lean", "qara")


@pytest.fixture(params=NAMES)
def corpus(request: pytest.FixtureRequest, repository: Repository) -> Repository:
    """Somebody else's Markdown under `sops/`, with our settings and people."""
    source = CORPORA / request.param
    if not source.is_dir():
        pytest.skip(f"the documents of others are not at {source}")
    for file in source.rglob("*.md"):
        target = repository.root / "sops" / file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    return repository


def typed_as_sop(root: Path) -> None:
    """Say `type: sop` wherever there is front matter, so that all rules have their turn."""
    for file in root.rglob("*.md"):
        raw = file.read_bytes()
        if raw.startswith(b"---\n"):
            raw, found = re.subn(rb"^(doc_type|type): .*$", b"type: sop", raw, count=1, flags=re.MULTILINE)
            file.write_bytes(raw if found else raw.replace(b"---\n", b"---\ntype: sop\n", 1))


def located(repository: Repository) -> list[dict[str, str]]:
    """The findings, each of which must have a place that exists."""
    with limit(60):
        ran = repository.run("validate", "--output-format", "json")
    assert (ran.code, "Traceback" in ran.err) == (1, False), ran.err
    diagnostics: list[dict[str, str]] = json.loads(ran.out)["diagnostics"]
    lengths: dict[str, list[str]] = {}
    for found in diagnostics:
        path = found["path"]
        if path not in lengths:
            lengths[path] = (repository.root / path).read_bytes().decode(errors="replace").split("\n")
        line = int(found["line"])
        assert 1 <= line <= len(lengths[path]), found
        assert 1 <= int(found["column"]) <= len(lengths[path][line - 1]) + 1, found
    return diagnostics


def test_as_they_are(corpus: Repository) -> None:
    """What a document is nobody can guess, so each file gets one finding about that, and no cascade behind it."""
    diagnostics = [found for found in located(corpus) if found["code"] != "QD008"]
    files = [found["path"] for found in diagnostics]
    assert len(files) == len(set(files))
    assert {found["code"] for found in diagnostics} <= {"QD002", "QD003", "QD009", "QD015", "QD019"}
    assert all(found["hint"] for found in diagnostics)


def test_with_a_type(corpus: Repository) -> None:
    """Every rule looks at every document; a missing id makes no duplicates, wrong names or wrong prefixes."""
    typed_as_sop(corpus.root / "sops")
    diagnostics = located(corpus)
    assert len(diagnostics) > 100
    assert not [found for found in diagnostics if found["code"] == "QD102"]
    assert all("``" not in found["message"] for found in diagnostics)
    places = [(found["path"], found["line"], found["column"], found["message"]) for found in diagnostics]
    assert len(places) == len(set(places))


def test_other_commands_work_on_them(corpus: Repository) -> None:
    typed_as_sop(corpus.root / "sops")
    with limit(60):
        listed = corpus.run("list", "--output-format", "json")
        begun = corpus.run("new", "sop", "--title", "A", "--blank")
    assert listed.code in {0, 1}
    assert json.loads(listed.out)
    assert begun.code == 0


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The benchmark, which is a program and not a package."""
    folder = REPOSITORY / "benchmarks" / "corpora"
    monkeypatch.syspath_prepend(str(folder))
    spec = importlib.util.spec_from_file_location("benchmark_of_corpora", folder / "run.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", NAMES)
def test_what_is_published_is_found(benchmark: Any, name: str) -> None:
    """A finding more or less in real documents is a change that somebody reads beside their text."""
    if not (CORPORA / name).is_dir():
        pytest.skip(f"the documents of others are not at {CORPORA}")
    published = json.loads((benchmark.HERE / "results.json").read_text(encoding="utf-8"))
    for way in benchmark.WAYS:
        found = {name: benchmark.run(CORPORA / name, way)}
        assert benchmark.counts(found)[name] == published[way][name], way
