"""Sharing work among processes: the same results, in order, whoever makes them and whatever happens to them."""

from __future__ import annotations

import subprocess  # noqa: TID251 - only a process without threads is copied
import sys

from conftest import REPOSITORY

LOAD = """
from pathlib import Path
from qmsdoc import load, share
root = Path({root!r})
alone = load.load(root)
share.ENOUGH, share._cores = 1, lambda: 3
forked = []
original = share._fork
share._fork = lambda task: forked.append(task) or original(task)
shared = load.load(root)
assert len(forked) == 2 * bool(share._can_fork()), forked
assert shared[0].documents == alone[0].documents
assert shared[1] == alone[1]
"""

FAIL = """
import os
from qmsdoc import share
share.ENOUGH, share._cores = 1, lambda: 4
parent = os.getpid()
def work(part):
    if os.getpid() != parent and 7 in part: os._exit(9)
    if os.getpid() != parent and 4 in part: raise ValueError(4)
    return [item * 2 for item in part]
assert share.share(work, range(10), str, int) == list(range(0, 20, 2))
"""


def run(script: str) -> None:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_project_loaded_by_more_processes_is_the_same() -> None:
    run(LOAD.format(root=str(REPOSITORY)))


def test_the_part_of_a_process_that_dies_is_done_again() -> None:
    run(FAIL)
