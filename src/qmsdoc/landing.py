"""Writes new files into a folder: all are made first, none replaces one that is there, and all arrive or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def land(root: Path, files: Mapping[str, bytes]) -> None:
    """Put files into a folder; where one cannot be placed, none stays. Raises OSError."""
    with _staged(root, files) as stage:
        _put(stage, root, files)


@contextmanager
def _staged(root: Path, files: Mapping[str, bytes]) -> Iterator[Path]:
    """A folder beside a root, or in it, that holds files by their paths below that root; it is gone in the end."""
    near = root if root.is_dir() else next(parent for parent in root.parents if parent.is_dir())
    scratch = Path(tempfile.mkdtemp(dir=near, prefix=".qmsdoc-new-"))
    try:
        new = scratch / "new"
        for path, data in files.items():
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            (new / path).write_bytes(data)
        yield new
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _put(new: Path, root: Path, files: Iterable[str]) -> None:
    """Move files from their stage to their place; where one cannot be placed, none stays. Raises OSError."""
    if not root.exists():
        root.parent.mkdir(parents=True, exist_ok=True)
        new.rename(root)
        return
    made: list[Path] = []
    try:
        for path in files:
            for folder in reversed(Path(path).parents):
                if not _is_there(root / folder):
                    (root / folder).mkdir()
                    made.append(root / folder)
            _move(new / path, root / path)
            made.append(root / path)
    except BaseException:
        for left in reversed(made):
            left.rmdir() if left.is_dir() else left.unlink()
        raise


def _is_there(folder: Path) -> bool:
    """Whether there is a folder; raises NotADirectoryError where a link would lead elsewhere."""
    if folder.is_symlink():
        raise NotADirectoryError(f"{folder} is a symbolic link")
    return folder.exists()


def _move(source: Path, target: Path) -> None:
    """Move a file; raises FileExistsError where there is one. Windows refuses a rename onto a file by itself."""
    if os.path.lexists(target):
        raise FileExistsError(f"{target} is there")
    source.rename(target)
