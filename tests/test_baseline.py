"""`validate --baseline`: an old repository is taken over as it is, and only what is new fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conftest import SOP, SOP_PATH, Repository

if TYPE_CHECKING:
    from pathlib import Path

OLD = SOP.replace("2. Approve.", "2. Approve<br>.\n3. See [SOP](SOP-404.md).")


@pytest.fixture
def file(repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The baseline of a repository with two findings."""
    repository.sop(OLD)
    file = tmp_path_factory.mktemp("baseline") / "baseline.json"
    ran = repository.run("validate", "--write-baseline", file)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == f"2 findings in {file}; `--baseline {file}` accepts them\n"
    return file


def test_a_person_can_read_it(file: Path) -> None:
    held = json.loads(file.read_text(encoding="utf-8"))
    assert sorted(held["findings"].values()) == [
        f"QD013 {SOP_PATH}: `<br>` is raw HTML",
        f"QD105 {SOP_PATH}: there is no file `SOP-404.md`",
    ]


def test_what_is_known_is_accepted_wherever_it_moves(repository: Repository, file: Path) -> None:
    repository.sop(OLD.replace("1. Write.", "1. Write.\n\n   Slowly.\n"))
    ran = repository.run("validate", "--baseline", file, "--output-format", "concise")
    assert ran.code == 0
    assert [line.partition(" ")[2].partition("[")[0] for line in ran.lines] == ["waived error", "waived error"]
    assert ran.err == "no findings (2 waived) in 1 document, as of 2026-11-23\n"


def test_what_is_new_fails_and_a_second_of_the_same_is_new(repository: Repository, file: Path) -> None:
    repository.sop(OLD.replace("1. Write.", "1. Write<br>."))
    ran = repository.run("validate", "--baseline", file, "--output-format", "concise")
    assert ran.code == 1
    assert sum(": error[QD013 " in line for line in ran.lines) == 1
    assert ran.err.startswith("1 error (2 waived) in 1 document")


def test_what_was_mended_is_told(repository: Repository, file: Path) -> None:
    repository.sop(OLD.replace("<br>", ""))
    ran = repository.run("validate", "--baseline", file)
    assert ran.code == 0
    assert ran.err.startswith(f"1 of 2 findings of {file} are gone; write it again to hold what was won\n")


@pytest.mark.parametrize(
    ("text", "why"), [("", "Expecting"), ("[]", ""), ('{"findings": {"a": 1}}', "holds no texts")]
)
def test_a_file_that_is_no_baseline(repository: Repository, file: Path, text: str, why: str) -> None:
    file.write_text(text, encoding="utf-8")
    ran = repository.run("validate", "--baseline", file)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"qmsdoc: {file}: it is no baseline: ")
    assert why in ran.err
    file.unlink()
    assert repository.run("validate", "--baseline", file).code == 2
