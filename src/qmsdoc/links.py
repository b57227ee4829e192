"""Relative links between files of the repository."""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple
from urllib.parse import unquote

_scheme = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:").match


_open = re.compile(r"(https?://|mailto:|tel:)", re.IGNORECASE).match


class Target(NamedTuple):
    """A file of the repository as a normalised POSIX path, and an anchor in it or an empty text."""

    path: str
    anchor: str


def resolve(origin: str, link: str) -> Target | None:
    """What a link in the file `origin` leads to; None for a link to the world outside (`https:`, `mailto:`)."""
    if (":" in link and _scheme(link)) or link.startswith("//"):
        return None
    path, _, anchor = link.partition("#")
    if "%" in link:
        path, anchor = unquote(path), unquote(anchor)
    return Target(_join(origin, path) if path else origin, anchor)


def _join(origin: str, path: str) -> str:
    """The normalised path of what a relative path names from the file `origin`."""
    folder, below = origin.rpartition("/")[0], path
    while folder and below.startswith("../"):
        folder, below = folder.rpartition("/")[0], below[3:]
    if not folder or not below or below[0] in "./" or below[-1] == "/" or "//" in below or "/." in below:
        return posixpath.normpath(posixpath.join(posixpath.dirname(origin), path))
    return f"{folder}/{below}"  # the usual form, for which posixpath takes five times as long


def is_open(link: str) -> bool:
    """Whether a link to the world outside can be followed from a page and from a PDF, without running anything."""
    return _open(link) is not None


def is_outside(path: str) -> bool:
    """Whether a resolved path leaves the repository."""
    return path.startswith(("../", "/")) or path == ".."


def relative(origin: str, path: str) -> str:
    """The link from the file `origin` to a path of the repository."""
    return posixpath.relpath(path, posixpath.dirname(origin) or ".")
