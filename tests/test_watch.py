"""`qmsdoc validate --watch`: it checks again when something is saved, and nothing that is half written ends it."""

from __future__ import annotations

import os
import signal
import subprocess  # noqa: TID251 - a program that runs until it is interrupted
import sys
from typing import TYPE_CHECKING

import pytest

from conftest import CONFIG, SOP, TODAY
from qmsdoc import cache

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Repository

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="a test cannot press Ctrl-C there"),
    pytest.mark.usefixtures("interruptible"),
]
OPTIONS = ("--watch", "--output-format", "concise", "--no-cache")
CLEAN = "no findings in 1 document, as of 2026-11-23"
WATCHING = "watching 1 document, Ctrl-C ends"


@pytest.fixture
def watching(repository: Repository) -> Iterator[subprocess.Popen[str]]:
    """The program, watching a good repository; both streams as one, line by line."""
    repository.sop()
    argv = [sys.executable, "-m", "qmsdoc", "--root", str(repository.root), "--today", TODAY.isoformat()]
    with subprocess.Popen(
        [*argv, "validate", *OPTIONS],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        yield process
        process.kill()


def said(process: subprocess.Popen[str], count: int) -> list[str]:
    assert process.stdout
    return [process.stdout.readline().rstrip("\n") for _ in range(count)]


def test_it_checks_again_until_it_is_interrupted(repository: Repository, watching: subprocess.Popen[str]) -> None:
    assert said(watching, 2) == [CLEAN, WATCHING]
    path = repository.sop(SOP.replace("2. Approve.", "2. Approve<br>."))
    found, counted, last = said(watching, 3)
    assert found.startswith("sops/documents/SOP-001-control-of-documents.md:")
    assert "error[QD013 raw-html]" in found
    assert (counted, last) == ("1 error in 1 document, as of 2026-11-23", WATCHING)
    path.write_text(SOP[:100], encoding="utf-8")  # somebody is writing
    assert "QD" in said(watching, 1)[0]
    repository.sop()
    lines = iter(lambda: said(watching, 1)[0], "")
    assert CLEAN in lines
    assert next(lines) == WATCHING
    watching.send_signal(signal.SIGINT)
    assert said(watching, 2) == ["", ""]
    assert watching.wait(10) == 0


def test_settings_that_are_half_written_do_not_end_it(
    repository: Repository, watching: subprocess.Popen[str]
) -> None:
    assert said(watching, 2) == [CLEAN, WATCHING]
    repository.write("qmsdoc.toml", "[company")
    first, second = said(watching, 2)
    assert first.startswith("qmsdoc: qmsdoc.toml is not TOML: ")
    assert second == "watching, Ctrl-C ends"
    repository.write("qmsdoc.toml", CONFIG)
    assert said(watching, 2) == [CLEAN, WATCHING]


def test_what_cannot_begin_ends_at_once(repository: Repository) -> None:
    ran = repository.run("validate", "--watch")
    assert (ran.code, ran.out) == (2, "")
    repository.sop()
    ran = repository.run("validate", "--watch", "--write-baseline", "x.json")
    assert ran.code == 2
    assert ran.err.startswith("qmsdoc: --watch and --write-baseline ask for different things")


def test_every_change_is_another_state(repository: Repository) -> None:
    states = [cache.state(repository.root).digest]

    def changed(path: Path) -> bool:
        del path
        states.append(cache.state(repository.root).digest)
        return states[-1] not in states[:-1]

    path = repository.sop()
    assert changed(path)
    assert cache.state(repository.root).digest == states[-1]
    assert changed(repository.write("sops/documents/SOP-001/drawing.png", b"x"))
    assert changed(repository.write("trust/policy.toml", "[default]\n"))
    assert changed(path.rename(path.with_name("SOP-001-other.md")))
    repository.write("build/site/index.html", "what is built is not read")
    assert cache.state(repository.root).digest == states[-1]
