"""The project keeps to its own rules: its QMS passes, its layers hold, every command is written down."""

from __future__ import annotations

import ast
import re
import subprocess  # noqa: TID251 - import-linter is a program
import sys
from pathlib import Path

import pytest

from conftest import REPOSITORY, TODAY, run
from qmsdoc.cli.app import app
from qmsdoc.rule import registry

SOURCES = sorted((REPOSITORY / "src" / "qmsdoc").rglob("*.py"))
MAX_FILE, MAX_FUNCTION = 300, 60


def commands() -> list[str]:
    """Every command a user can type, families left out."""
    named = [
        command.name or (command.callback.__name__.replace("_", "-") if command.callback else "")
        for command in app.registered_commands
    ]
    return sorted([*named, *(group.name or "" for group in app.registered_groups)])


def test_the_gate_passes_on_this_repository() -> None:
    ran = run("--root", REPOSITORY, "--today", TODAY.isoformat(), "validate", "--fail-on", "warning")
    assert (ran.code, ran.out) == (0, "")


def test_imports_point_one_way() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    if not program.exists():
        pytest.skip("import-linter is not installed")
    done = subprocess.run([program, "--no-cache"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_every_command_is_written_down(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    missing = [command for command in commands() if not re.search(rf"`[^`\n]*\b{command}\b", text)]
    if name == "README.md":
        missing = [command for command in missing if not re.search(rf"qmsdoc {command}\b", text)]
    assert missing == []


def test_every_rule_is_named_once() -> None:
    names = [rule.name for rule in registry().values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"QD\d{3}", code) for code in registry())


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(REPOSITORY / "src").as_posix())
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MAX_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno
            assert node.end_lineno - node.lineno < MAX_FUNCTION, node.name


def test_no_text_of_a_machine_is_left_in_outputs() -> None:
    """Nothing that is shipped names a folder of somebody's computer."""
    for path in SOURCES:
        assert not re.search(r"/(home|Users|root|work)/\w", path.read_text(encoding="utf-8")), path
