"""Remembers what a check found, so that a repository in which nothing changed is not read again.

An entry is valid for exactly the files that were checked and the program that checked them: name, mode, size,
times and inode of everything in the folders that are read, the program's own files, the day, and what was asked.
What changed within two seconds before the check is not remembered: a file system may give the next change the same
time. Entries are JSON in the user's cache folder; one that cannot be read is as if it were not there.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from qmsdoc.diagnostics import Diagnostic, Findings, Location, Severity, Waiver
from qmsdoc.load import is_regular

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qmsdoc.diagnostics import RuleInfo

READ = ("qmsdoc.toml", "approvals", "records", "schemas", "sops", "templates", "trust")  # all that load reads
GRANULARITY = 2_000_000_000  # ns; FAT keeps times in steps of two seconds


class State(NamedTuple):
    """All that is read of a repository, as it lies on the disk: its digest, and the latest change in it."""

    digest: str
    latest: int  # ns since 1970


class Key(NamedTuple):
    """What an entry is valid for: its file, the digest of all that is read, and the latest change in that."""

    file: Path
    digest: str
    latest: int  # ns since 1970


def state(root: Path) -> State:
    """The present state of a repository; nothing is opened."""
    digest, latest = hashlib.sha256(), 0
    for name in READ:
        for facts in _files(f"{root}/{name}"):
            digest.update(repr(facts).encode())
            latest = max(latest, *facts[-2:])
    return State(digest.hexdigest(), latest)


def key(root: Path, today: date, asked: Sequence[object]) -> Key | None:
    """The key of a repository in its present state and of what is asked of it; None where nothing can be kept."""
    folder = _folder()
    if folder is None or os.environ.get("CI"):  # a gate trusts no cache that another branch may have filled
        return None
    read = state(root)
    digest = hashlib.sha256(repr((sys.version_info, today, asked, read.digest)).encode())
    for facts in _files(str(Path(__file__).parent)):
        digest.update(repr(facts).encode())
    name = hashlib.sha256(repr((str(root), asked)).encode()).hexdigest()
    return Key(folder / f"{name[:32]}.json", digest.hexdigest(), read.latest)


def read(key: Key, root: Path, rules: Sequence[RuleInfo]) -> Findings | None:
    """The findings that were kept under a key; None when there are none or a file outside came or went."""
    try:
        entry = json.loads(key.file.read_bytes())
        if entry["digest"] != key.digest or entry["elsewhere"] != _there(root, entry["elsewhere"]):
            return None
        diagnostics = [_diagnostic(data) for data in entry["diagnostics"]]
        return Findings(
            diagnostics, int(entry["documents"]), int(entry["files"]), date.fromisoformat(entry["today"]), rules
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return None


def write(key: Key, root: Path, findings: Findings, elsewhere: Iterable[str], started: int) -> None:
    """Keep findings, whole or not at all.

    elsewhere: files outside the folders that are read, which links name.
    started: when reading began, in ns since 1970.
    """
    if key.latest > started - GRANULARITY:
        return
    entry = {
        "digest": key.digest,
        "elsewhere": _there(root, sorted(elsewhere)),
        "today": findings.today.isoformat(),
        "documents": findings.documents,
        "files": findings.files,
        "diagnostics": [asdict(diagnostic) for diagnostic in findings.diagnostics],
    }
    with suppress(OSError):
        key.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=key.file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(entry, file, default=_plain)
        Path(name).replace(key.file)


def _there(root: Path, paths: Iterable[str]) -> dict[str, bool]:
    return {path: is_regular(root / path) for path in paths}


def _plain(value: object) -> object:
    return value.value if isinstance(value, Severity) else str(value)


def _diagnostic(data: dict[str, Any]) -> Diagnostic:
    waiver = data["waiver"]
    if waiver:
        until = waiver["until"] and date.fromisoformat(waiver["until"])
        lines = waiver["lines"] and tuple(waiver["lines"])
        waiver = Waiver(**{**waiver, "location": Location(*waiver["location"]), "until": until, "lines": lines})
    plain = {"severity": Severity(data["severity"]), "location": Location(*data["location"])}
    return Diagnostic(**{**data, **plain, "clauses": tuple(data["clauses"]), "waiver": waiver})


def _files(path: str) -> Iterator[tuple[str, int, int, int, int, int]]:
    """A path and everything below it with mode, inode, size and times (ns); links are not followed."""
    try:
        facts = os.lstat(path)
        folder = stat.S_ISDIR(facts.st_mode)
        size, changed = (0, 0) if folder else (facts.st_size, facts.st_mtime_ns)
        yield path, facts.st_mode, facts.st_ino, size, changed, 0 if folder else facts.st_ctime_ns
        if folder:
            for name in sorted(entry.name for entry in os.scandir(path)):
                if name != "__pycache__":
                    yield from _files(f"{path}/{name}")
    except OSError as error:
        yield path, error.errno or 0, 0, 0, 0, 0


def _folder() -> Path | None:
    """The folder for this program in the user's cache folder."""
    try:
        home = Path.home()
    except RuntimeError:
        return None
    usual = {"win32": home / "AppData/Local", "darwin": home / "Library/Caches"}.get(sys.platform, home / ".cache")
    given = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", "")
    return (Path(given) if Path(given).is_absolute() else usual) / "qmsdoc"
