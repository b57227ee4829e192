"""The newest trust state of each project that this user has seen, kept outside every repository."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from qmsdoc.scalars import is_sha256


def folder() -> Path | None:
    """The folder of the user's settings; None where there is no home."""
    if given := os.environ.get("XDG_CONFIG_HOME"):
        return Path(given, "qmsdoc")
    if sys.platform == "win32" and (given := os.environ.get("APPDATA")):
        return Path(given, "qmsdoc")
    try:
        return Path.home() / ".config" / "qmsdoc"
    except RuntimeError:
        return None


def read_anchors() -> dict[str, str]:
    """Digest of the newest trust state seen, by project."""
    place = folder()
    if place is None:
        return {}
    try:
        data = json.loads((place / "anchors.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(data, dict):
        return {}
    return {str(project): digest for project, digest in data.items() if is_sha256(digest)}


def remember(project: str, digest: str) -> Path | None:
    """Keep the digest of a project's newest trust state; the file, or None where it cannot be written."""
    place = folder()
    if place is None:
        return None
    known = {**read_anchors(), project: digest}
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(known, file, indent=2, sort_keys=True)
        return Path(name).replace(place / "anchors.json")
    except OSError:
        return None
