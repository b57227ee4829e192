"""The one door to programs: an argument list, no shell, a clean environment, a limit that really ends it."""

from __future__ import annotations

import os
import signal
import subprocess  # noqa: TID251 - the door itself
import sys
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")  # what a program needs to start on each system


class ProgramError(Exception):
    """A program failed, was not there, or took too long (`exit_code` is None then)."""

    def __init__(
        self, argv: Sequence[str], exit_code: int | None, stdout: bytes = b"", stderr: bytes = b"", why: str = ""
    ) -> None:
        self.argv = tuple(argv)
        self.exit_code = exit_code
        self.stdout = stdout
        self.stderr = stderr
        said = stderr.decode(errors="replace").strip()
        super().__init__(why or f"{self.argv[0]} ended with exit code {exit_code}: {said or 'it said nothing'}")


class TimedOut(ProgramError):
    """A program did not end within its limit; it and all that it started were killed."""


def run(
    argv: Sequence[str],
    *,
    stdin: bytes = b"",
    timeout: float,
    environment: Mapping[str, str] = MappingProxyType({}),
    terminal: bool = False,
) -> bytes:
    """What a program writes to standard output. Raises ProgramError; timeout in seconds.

    environment: what the program sees beside what every program needs.
    terminal: it may ask something on the terminal, which a session of its own would not have.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        process = subprocess.Popen(  # noqa: S603 - an argument list, never a shell
            list(argv),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**kept, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **environment},
            start_new_session=not terminal,
        )
    except OSError as error:
        raise ProgramError(argv, None, why=f"{argv[0]} can not be started: {error.strerror}") from None
    with process:
        try:
            stdout, stderr = process.communicate(stdin, timeout)
        except subprocess.TimeoutExpired:
            _end(process, terminal=terminal)
            stdout, stderr = process.communicate()
            raise TimedOut(argv, None, stdout, stderr, f"{argv[0]} did not end within {timeout:g} s") from None
        except BaseException:  # Ctrl-C included: nothing may keep running
            _end(process, terminal=terminal)
            raise
    if process.returncode:
        raise ProgramError(argv, process.returncode, stdout, stderr)
    return stdout


def _end(process: subprocess.Popen[bytes], *, terminal: bool) -> None:
    """End a program: alone where it shares our session, else with all that it started."""
    process.kill() if terminal else kill_group(process.pid)


def kill_group(pid: int) -> None:
    """End a process that leads its own session, and all that it started."""
    try:
        if sys.platform == "win32":
            argv = ["taskkill", "/F", "/T", "/PID", str(pid)]
            subprocess.run(argv, check=False, capture_output=True)  # noqa: S603
        else:
            os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
