"""Programs and workers: killed at their limit, redone one by one, told in full."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from qmsdoc.external import process
from qmsdoc.publish import pandoc
from qmsdoc.publish.workers import Worker, WorkerError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_worker_that_hangs_is_killed_and_works_again() -> None:
    worker = Worker(limit=2)
    start = time.monotonic()
    with pytest.raises(WorkerError, match="it took more than 2 s"):
        worker.call(time.sleep, 60)
    assert time.monotonic() - start < 10
    assert worker.call(abs, -3) == 3
    with pytest.raises(WorkerError, match="ValueError"):
        worker.call(int, "x")
    worker.close()


def test_a_program_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    late = tmp_path / "late"
    with pytest.raises(process.TimedOut, match=r"did not end within 0\.5 s"):
        process.run(["sh", "-c", f"(sleep 2; touch {late}) & sleep 60"], timeout=0.5)
    time.sleep(2.2)
    assert not late.exists()


def test_a_program_that_fails_tells_all() -> None:
    with pytest.raises(process.ProgramError) as caught:
        process.run(["sh", "-c", "echo out; echo why >&2; exit 3"], timeout=5)
    error = caught.value
    assert (error.exit_code, error.stdout, error.stderr) == (3, b"out\n", b"why\n")
    assert str(error) == "sh ended with exit code 3: why"
    with pytest.raises(process.ProgramError, match="no-such-program can not be started"):
        process.run(["no-such-program"], timeout=5)


def test_programs_get_a_clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GHCRTS", "-M1")
    assert b"GHCRTS" not in process.run(["env"], timeout=5)


@pytest.mark.pdf
def test_a_batch_that_fails_is_redone_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = pandoc._batch

    def fails_with_evil(jobs: list[dict[str, str]], limit: float) -> list[pandoc.Converted]:
        if any(each["text"] == "evil" for each in jobs):
            raise process.TimedOut(["pandoc"], None, why="pandoc did not end within 1 s")
        return ask(jobs, limit)

    monkeypatch.setattr(pandoc, "_batch", fails_with_evil)
    plain = {"text": "good", "title": "", "anchors": [], "links": [], "images": [], "diagrams": []}
    told = pandoc.convert([plain, {**plain, "text": "evil"}, plain], 30)
    assert [converted.typst for converted in told] == ["good\n", "", "good\n"]
    assert told[1].error == "pandoc: pandoc did not end within 1 s"
