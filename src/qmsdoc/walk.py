"""Walks the folders of a repository once, says which files are documents, and reads regular files only."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Location, Problem
from qmsdoc.frontmatter import FENCE, MAX_DOCUMENT, POINTER, TOO_LARGE, UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COPIES = "approvals"
LONGEST_POINTER = 1024  # bytes (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md)
SYMLINK, IGNORED = "QD017", "QD019"
_like_a_document = re.compile(r".*\.(md|markdown|mdown|mkd)(\.txt)?", re.IGNORECASE | re.DOTALL).fullmatch


@dataclass
class Walk:
    """Walks the folders of a repository once; links are never followed."""

    root: Path
    problems: list[Problem]

    def __post_init__(self) -> None:
        self.sizes: dict[str, int] = {}

    def folder(self, name: str) -> Iterator[str]:
        """Markdown documents below a folder of the repository, which may itself be a link."""
        parts = name.split("/")
        for path in ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1)):
            if (self.root / path).is_symlink():
                self.refuse_link(path)
                return
        yield from self.files(name)

    def refuse_link(self, path: str) -> None:
        """Say that a link is not followed."""
        message = "a symbolic link; what it points to is not under control"
        self.problems.append(Problem(Location(path), message, "put the file itself here", SYMLINK))

    def refuse_name(self, path: str) -> None:
        """Say that a name cannot be shown, which it would have to be everywhere."""
        shown = path.encode("utf-8", "backslashreplace").decode()
        message = "the name of this file is not UTF-8, or holds a character that nobody sees"
        self.problems.append(Problem(Location(shown), message, "rename it", UNREADABLE))

    def files(self, folder: str) -> Iterator[str]:
        """Markdown documents below a folder, as POSIX paths; every file is noted in `sizes`."""
        try:
            entries = sorted(os.scandir(self.root / folder), key=lambda entry: entry.name)
        except FileNotFoundError:
            return
        except OSError as error:
            self.problems.append(
                Problem(Location(folder), f"the folder cannot be read: {error.strerror}", None, UNREADABLE)
            )
            return
        for entry in entries:
            path = f"{folder}/{entry.name}"
            if not entry.name.isprintable():
                self.refuse_name(path)
            elif entry.is_symlink():
                self.refuse_link(path)
            elif entry.name.startswith("."):
                continue
            elif entry.is_dir(follow_symlinks=False):
                yield from self.files(path)
            else:
                self.sizes[path] = entry.stat(follow_symlinks=False).st_size
                if self.is_document(path) and self.is_read(path, entry.name):
                    yield path

    def is_read(self, path: str, name: str) -> bool:
        """Whether a file is read as a document; one that only looks like a document is reported."""
        if name.endswith(".md") and name != "README.md":
            return True
        if _like_a_document(name) and not (name == "README.md" and self.peek(path) != FENCE):
            message = f"`{name}` looks like a document and is not read"
            self.problems.append(Problem(Location(path), message, "name it `ID-….md`", IGNORED))
        return False

    def is_pointer(self, path: str) -> bool:
        """Whether a file is a pointer of Git LFS; only what has the size of one is opened."""
        return self.sizes[path] < LONGEST_POINTER and self.peek(path, len(POINTER)) == POINTER

    def peek(self, path: str, length: int = len(FENCE)) -> str:
        """The first characters of a file; by default enough to see front matter."""
        try:
            with (self.root / path).open("rb") as file:
                return file.read(length).decode(errors="replace")
        except OSError:
            return ""

    def is_document(self, path: str) -> bool:
        """Below approvals/ only approved copies are documents."""
        return not path.startswith(f"{COPIES}/") or path.split("/")[3:4] == ["copy"]


def read_file(root: Path, path: str, size: int, problems: list[Problem]) -> bytes | None:
    """The bytes of a regular file within the size limit, or None with a problem."""
    if size > MAX_DOCUMENT:
        message = f"the file has {size / 2**20:.1f} MiB; a document has at most {MAX_DOCUMENT // 2**20} MiB"
        problems.append(Problem(Location(path), message, "attach large material as files", TOO_LARGE))
        return None
    try:
        handle = os.open(
            f"{root}/{path}",  # joined by pathlib, it would take as long as opening it
            os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0),
        )
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                problems.append(Problem(Location(path), "this is not a regular file", None, UNREADABLE))
                return None
            data = os.read(handle, size + 1)
            while len(data) <= MAX_DOCUMENT and (more := os.read(handle, MAX_DOCUMENT)):
                data += more
        finally:
            os.close(handle)
    except OSError as error:
        problems.append(Problem(Location(path), f"the file cannot be read: {error.strerror}", None, UNREADABLE))
        return None
    return data
