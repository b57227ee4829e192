"""Start-up is quick because little is imported: what each command loads, told by Python itself."""

from __future__ import annotations

import subprocess  # noqa: TID251 - imports can only be seen in a fresh process
import sys

import pytest

from conftest import REPOSITORY, SOP, Repository


def imported(*arguments: str, root: object = REPOSITORY) -> set[str]:
    """Top-level modules that a run imports, of ours also the parts."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "qmsdoc", *arguments],
        cwd=str(root), capture_output=True, text=True, check=False, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    names = {line.rpartition("|")[2].strip() for line in lines}
    return {name.partition(".")[0] for name in names} | {name for name in names if name.startswith("qmsdoc")}


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_version_imports_nothing(flag: str) -> None:
    assert not imported(flag) & {"typer", "click", "rich", "yaml", "pydantic", "pyromark", "qmsdoc.cli"}


def test_help_reads_no_documents() -> None:
    assert not imported("--help") & {
        "yaml",
        "pydantic",
        "pyromark",
        "jinja2",
        "git",
        "mkdocs",
        "typst",
        "qmsdoc.load",
    }


def test_validate_imports_no_publishing(repository: Repository) -> None:
    repository.sop(SOP)
    found = imported("validate", root=repository.root)
    unwanted = {"jinja2", "git", "mkdocs", "typst", "pypandoc", "mmdr", "nh3", "asyncio", "http", "xml", "sqlite3"}
    assert not found & unwanted
    assert not found & {"qmsdoc.pages", "qmsdoc.publish", "qmsdoc.external.git", "qmsdoc.schema"}


def test_validate_builds_no_type_that_no_document_uses(repository: Repository) -> None:
    from qmsdoc.types import registry

    program = """
import sys
from qmsdoc.cli.app import run
from qmsdoc.types import registry
sys.argv = ["qmsdoc", "validate"]
try:
    run()
except SystemExit:
    print(*(found.name for found in registry.builtin().values() if found.model.__pydantic_complete__))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=repository.sop().parent,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    assert done.stdout.split() == ["sop"]
    assert len(registry.builtin()) > 20
