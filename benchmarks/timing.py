"""Runs programs and measures them: time, processor time, peak memory, number of processes."""

from __future__ import annotations

import os
import subprocess  # noqa: TID251 - programs are measured here, not used
import tempfile
import threading
import time
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LIMIT = 1800.0  # seconds after which a program is killed


class Failed(Exception):
    """A program that was to be measured is not there or failed; the message says why."""


class Run(NamedTuple):
    """One run: seconds, seconds of processor time, and the peak memory of its largest process in KiB."""

    wall: float
    cpu: float
    peak: int
    output: bytes


def run(argv: Sequence[str]) -> Run:
    """Run a program to its end; raises Failed unless it exits 0.

    The peak counts from the size of this process on, because a child begins as its copy: import little here.
    """
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        began = time.perf_counter()
        process = _start(argv, stdout, stderr)
        timer = threading.Timer(LIMIT, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        for stream in (stdout, stderr):
            stream.seek(0)
        output, said = stdout.read(), stderr.read().decode(errors="replace").strip()
    if process.returncode:
        why = (said or output.decode(errors="replace").strip() or "it said nothing").splitlines()[-1]
        raise Failed(f"{Path(argv[0]).name} ended with exit code {process.returncode}: {why[:200]}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, output)


def _start(argv: Sequence[str], stdout: object, stderr: object) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100", "PYTHONDONTWRITEBYTECODE": ""}
    try:
        return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, env=environment)
    except OSError as error:
        raise Failed(f"{Path(argv[0]).name} cannot be started: {error.strerror}") from None


def rounds(
    count: int,
    cases: Mapping[str, Sequence[str]],
    before: Mapping[str, Callable[[], object]] = MappingProxyType({}),
) -> dict[str, list[Run]]:
    """Run every case once to warm up, then `count` times, each round beginning with another case.

    before: what to do before each run of a case; it is not measured.
    """
    names = list(cases)
    found: dict[str, list[Run]] = {name: [] for name in names}
    for number in range(count + 1):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            if name in before:
                before[name]()
            measured = run(cases[name])
            if number:
                found[name].append(measured)
    return found


def wall(runs: Sequence[Run]) -> float:
    """The median of the time."""
    return median(each.wall for each in runs)


def cpu(runs: Sequence[Run]) -> float:
    """The median of the processor time."""
    return median(each.cpu for each in runs)


def peak(runs: Sequence[Run]) -> float:
    """The median of the peak memory, in KiB."""
    return median(each.peak for each in runs)


def processes(argv: Sequence[str]) -> int:
    """How many processes a program works with at most; 1 where the system does not tell."""
    process = _start(argv, subprocess.DEVNULL, subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        most = max(most, _children(process.pid))
        time.sleep(0.002)
    return most + 1


def _children(pid: int) -> int:
    try:
        return len(Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split())
    except OSError:
        return 0
