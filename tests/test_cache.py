"""The cache: the same findings from it as without it, and nothing from it when anything has changed."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from conftest import SOP, SOP_PATH, Ran, Repository
from qmsdoc import load

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache folder, in which time has no grain: files count as old at once."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.delenv("CI", raising=False)  # in which nothing is kept
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    monkeypatch.setenv("LOCALAPPDATA", str(folder))
    monkeypatch.setattr("qmsdoc.cache.GRANULARITY", -(10**15))
    return folder


@pytest.fixture
def wrong(repository: Repository) -> Repository:
    """A repository with a link outside the folders of documents and a waived finding."""
    text = SOP.replace("revision: 1", "revision: 1\nreferences: [SOP-099]\nwaive: ['QD101: comes next week']")
    repository.sop(text + "\n[plan](../../docs/plan.md) and [none](none.md)\n")
    repository.write("docs/plan.md", "plan")
    return repository


def read_again(monkeypatch: pytest.MonkeyPatch, repository: Repository, *arguments: str) -> tuple[Ran, bool]:
    """Validate, and whether the documents were read for it."""
    reads = []
    with monkeypatch.context() as patch:
        original = load.load
        patch.setattr(load, "load", lambda *a, **k: reads.append(a) or original(*a, **k))
        ran = repository.run("validate", *arguments)
    return ran, bool(reads)


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("style", ["full", "json", "sarif"])
def test_kept_findings_are_the_same_to_the_byte(
    wrong: Repository, style: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["--output-format", style]
    without, _ = read_again(monkeypatch, wrong, *arguments, "--no-cache")
    first, read_first = read_again(monkeypatch, wrong, *arguments)
    second, read_second = read_again(monkeypatch, wrong, *arguments)
    assert (read_first, read_second) == (True, False)
    assert without == first == second
    assert first.code == 1


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize(
    "path",
    [
        SOP_PATH,
        "sops/documents/new.md",
        "trust/people.toml",
        "qmsdoc.toml",
        "schemas/types/own.yaml",
        "docs/plan.md",
    ],
)
def test_whatever_changes_the_documents_are_read_again(
    wrong: Repository, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong.run("validate")
    file = wrong.root / path
    if path == "docs/plan.md":
        file.unlink()
    elif file.exists():
        size, times = file.stat().st_size, (file.stat().st_atime_ns, file.stat().st_mtime_ns)
        file.write_bytes(file.read_bytes().replace(b"Quality manager", b"Quality Manager"))
        os.utime(file, ns=times)  # same size, same time
        assert file.stat().st_size == size
    else:
        wrong.write(path, "new")
    assert read_again(monkeypatch, wrong)[1]


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("arguments", [["--select", "QD101"], ["--ignore", "QD101"], ["--no-cache"]])
def test_other_questions_are_not_answered_from_it(
    wrong: Repository, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong.run("validate")
    assert read_again(monkeypatch, wrong, *arguments)[1]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"digest": 1}', b"\xff", b"null"])
def test_an_entry_that_cannot_be_read_is_ignored(
    wrong: Repository, cache: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = wrong.run("validate")
    (entry,) = cache.rglob("*.json")
    entry.write_bytes(content)
    assert read_again(monkeypatch, wrong) == (expected, True)


def test_an_entry_with_other_findings_in_another_form_is_ignored(wrong: Repository, cache: Path) -> None:
    expected = wrong.run("validate")
    (entry,) = cache.rglob("*.json")
    data = json.loads(entry.read_bytes())
    data["diagnostics"] = [{"code": "QD101"}]
    entry.write_text(json.dumps(data), encoding="utf-8")
    assert wrong.run("validate") == expected


def test_what_has_just_changed_is_not_kept(
    wrong: Repository, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qmsdoc.cache.GRANULARITY", 2 * 10**9)
    wrong.run("validate")
    assert not list(cache.rglob("*.json"))


def test_a_cache_folder_that_cannot_be_written_does_no_harm(
    wrong: Repository, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = wrong.run("validate", "--no-cache")
    file = cache / "file"
    file.touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(file))
    monkeypatch.setenv("LOCALAPPDATA", str(file))
    assert wrong.run("validate") == expected
