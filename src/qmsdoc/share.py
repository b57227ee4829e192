"""Shares work among the cores: forked copies of this process do parts of it and send back what they made."""

from __future__ import annotations

import gc
import os
import pickle
import sys
import threading
from contextlib import contextmanager, suppress
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Item = TypeVar("Item")
Result = TypeVar("Result")

ENOUGH = 1000  # below this many items a copy costs more than it saves
MOST = 4  # what comes back is read by one process, so more copies would wait for it
BATCH = 200  # results that are sent in one piece; a piece needs memory of its own


def _same(result: Any) -> Any:
    return result


def share(
    work: Callable[[Sequence[Item]], list[Result]],
    items: Sequence[Item],
    pack: Callable[[Result], Any] = _same,
    unpack: Callable[[Any], Result] = _same,
) -> list[Result]:
    """The results of `work(items)` in order.

    work: is right for any part of the items, and has no effect but its results.
    pack, unpack: make of a result what can be pickled, and the result of that.
    """
    count = min(_cores(), MOST) if len(items) >= ENOUGH and _can_fork() else 1
    bounds = [len(items) * number // count for number in range(count + 1)]
    first, *others = [items[start:end] for start, end in pairwise(bounds)]
    children = [_fork(partial(_packed, work, pack, part)) for part in others]
    results = work(first)
    for child, part in zip(children, others, strict=True):
        collected = _collect(*child, unpack, len(part))
        results += work(part) if collected is None else collected
    return results


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Make much data without cycles: the garbage collector would look for them again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _packed(
    work: Callable[[Sequence[Item]], list[Result]], pack: Callable[[Result], Any], part: Sequence[Item]
) -> list[Any]:
    return [pack(result) for result in work(part)]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _can_fork() -> bool:
    """Whether a copy of this process is safe: no other threads, and not macOS, whose libraries do not allow it."""
    return hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1


def _fork(task: Callable[[], list[Any]]) -> tuple[int, int]:
    """Start a copy; its process id and the pipe from which its results are read."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    with suppress(BaseException), open(writing, "wb") as pipe:  # noqa: PTH123 - a pipe; the parent does what fails here
        packed = task()
        for start in range(0, len(packed), BATCH):
            pickle.dump(packed[start : start + BATCH], pipe, pickle.HIGHEST_PROTOCOL)
    os._exit(0)


def _collect(process: int, reading: int, unpack: Callable[[Any], Result], count: int) -> list[Result] | None:
    """The `count` results of a copy; None when it failed."""
    results: list[Result] = []
    try:
        with open(reading, "rb") as pipe:
            while len(results) < count:
                results += map(unpack, pickle.load(pipe))  # noqa: S301 - written by our own copy
    except (EOFError, pickle.UnpicklingError):
        return None
    finally:
        os.waitpid(process, 0)
    return results
