"""A process that does one thing at a time and can be killed when it takes too long."""

from __future__ import annotations

import multiprocessing
import signal
import traceback
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

P = ParamSpec("P")
T = TypeVar("T")


class WorkerError(Exception):
    """The work could not be done: it took too long, the process died, or there is a bug in it."""


class Worker:
    """One child process, started when it is first needed and again after it was killed."""

    def __init__(self, limit: float) -> None:
        """limit: seconds that one call may take."""
        self.limit = limit
        self._process: SpawnProcess | None = None
        self._channel: Connection[Any, Any] | None = None
        self._stopped = False

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of a module-level function, worked out in the process. Raises WorkerError."""
        channel = self._open()
        try:
            channel.send((function, args, kwargs))
            if not channel.poll(self.limit):
                self.close()
                raise WorkerError(f"it took more than {self.limit:g} s")
            fine, result = channel.recv()
        except (EOFError, OSError):
            self.close()
            raise WorkerError("the process that worked on it died") from None
        if not fine:
            raise WorkerError(result)
        done: T = result
        return done

    def close(self) -> None:
        """Kill the process."""
        process, channel = self._process, self._channel
        self._process = self._channel = None
        if process and channel:
            process.kill()
            process.join()
            process.close()
            channel.close()

    def stop(self) -> None:
        """Kill the process for good."""
        self._stopped = True
        self.close()

    def _open(self) -> Connection[Any, Any]:
        if self._stopped:
            raise WorkerError("the work was stopped")
        if self._channel is None:
            context = multiprocessing.get_context("spawn")
            self._channel, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
            self._process.start()
            theirs.close()
        return self._channel


def _serve(channel: Connection[Any, Any]) -> None:
    """Answer calls until the other end is closed; Ctrl-C is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            function, args, kwargs = channel.recv()
        except EOFError:
            return
        try:
            answer = True, function(*args, **kwargs)
        except Exception:  # noqa: BLE001 - told to the parent, which reports it
            answer = False, traceback.format_exc()
        channel.send(answer)
