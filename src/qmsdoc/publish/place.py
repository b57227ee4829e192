"""Puts a made folder in its place in one step: a kill at any moment leaves the old one or the new one, whole.

The new folder is made in a hidden one beside its place. Linux and macOS then exchange the two in one step.
Elsewhere the old one steps aside first; where a kill comes in between, the next run puts it back.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEW, _OLD, _LOCK = "new", "old", "lock"
_HERE, _LINUX_EXCHANGE, _DARWIN_SWAP = -100, 2, 2  # AT_FDCWD, RENAME_EXCHANGE (renameat2(2)), RENAME_SWAP


class InUse(Exception):
    """Another process makes the same folder."""


@contextmanager
def made_whole(output: Path) -> Iterator[Path]:
    """An empty folder to fill; it takes the place of `output` when `put` is called, and is gone otherwise.

    What a killed process left behind is removed first. Raises InUse and OSError.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{output.name}.part-"
    for left in sorted(output.parent.glob(f"{prefix}*")):
        _clear(left, output)
    scratch = Path(tempfile.mkdtemp(dir=output.parent, prefix=prefix))
    try:
        with (scratch / _LOCK).open("wb") as lock:
            _hold(lock)
            (scratch / _NEW).mkdir()
            yield scratch / _NEW
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def put(new: Path, output: Path) -> None:
    """Put the filled folder in its place; the one that was there goes with the scratch folder. Raises OSError."""
    if not output.exists():
        new.rename(output)
        return
    if _exchange(new, output):
        return
    old = new.with_name(_OLD)
    output.rename(old)
    try:
        new.rename(output)
    except OSError:
        old.rename(output)
        raise


def _clear(left: Path, output: Path) -> None:
    """Remove what a killed process left, and put back what it had moved aside."""
    if left.is_symlink() or not left.is_dir():
        return
    with suppress(FileNotFoundError), (left / _LOCK).open("rb+") as lock:
        _hold(lock)
    if (left / _OLD).is_dir() and not output.exists():
        (left / _OLD).rename(output)
    shutil.rmtree(left, ignore_errors=True)


def _hold(lock: IO[bytes]) -> None:
    """Hold a file until it is closed or this process ends; raises InUse where another one holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - only there

            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - not on Windows

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise InUse(str(Path(lock.name).parent)) from None


def _exchange(new: Path, output: Path) -> bool:
    """Let two folders change places in one step; false where the system cannot."""
    if sys.platform == "win32":
        return False
    library = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(new), os.fsencode(output)
    if hasattr(library, "renameat2"):
        return not library.renameat2(_HERE, names[0], _HERE, names[1], _LINUX_EXCHANGE)
    if hasattr(library, "renamex_np"):
        return not library.renamex_np(*names, _DARWIN_SWAP)
    return False
