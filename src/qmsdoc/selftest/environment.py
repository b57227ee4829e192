"""What the tool runs on: versions, and hashes that two machines can compare."""

from __future__ import annotations

import hashlib
import platform
import re
import shutil
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc import __version__
from qmsdoc.external import git, process
from qmsdoc.publish import fonts, pandoc
from qmsdoc.resources import data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MISSING = "missing"
LIBRARIES = (  # with these, findings, signatures and outputs are made
    "cryptography",
    "gitpython",
    "jinja2",
    "nh3",
    "pydantic",
    "pydantic-core",
    "pyromark",
    "pyyaml",
    "typer",
    "xlsxwriter",
    "typst",
    "pypandoc-binary",
    "mkdocs",
    "mkdocs-material",
    "mmdr",
    "pyhanko",
    "rfc3161-client",
)
SECONDS = 10.0


class Part(NamedTuple):
    """A program, library or folder: version, and the SHA-256 of its file or of all its files; empty: unknown."""

    name: str
    version: str
    sha256: str


def environment() -> list[Part]:
    """Everything that shapes what the tool finds and makes."""
    return [*_parts()]


def lacking(tool: str) -> bool:
    """Whether a tool is not there that a part of the self-test needs."""
    if tool == "pandoc":
        return _pandoc() is None
    if tool in {"typst", "mkdocs", "mkdocs-material"}:
        return _version(tool) == MISSING
    return shutil.which(tool) is None


def _parts() -> Iterator[Part]:
    package = data().parent
    yield Part("qmsdoc", __version__, digest(package, but="data"))
    yield Part("qmsdoc: catalogues, templates, fonts", __version__, digest(data(), but="model"))
    yield Part("fonts", f"{sum(1 for _ in fonts.folder().glob('*.[to]tf'))} files", digest(fonts.folder()))
    yield Part("Python", platform.python_version(), _hash(Path(sys.executable).resolve()))
    yield _program("git", git.version() or "")
    yield _program("ssh-keygen", _openssh())
    found = _pandoc()
    yield Part("pandoc", *(pandoc.version(), _hash(found)) if found else (MISSING, ""))
    yield from (library(name) for name in LIBRARIES)


def _program(name: str, version: str) -> Part:
    path = shutil.which(name)
    return Part(name, version, _hash(Path(path).resolve())) if path else Part(name, MISSING, "")


def _openssh() -> str:
    """The version of OpenSSH. Only `ssh -v` tells it where it can be read; it ends before it asks anybody."""
    try:
        process.run(["ssh", "-v", "-F", "/no/such/settings", "localhost"], timeout=SECONDS)
    except process.ProgramError as error:
        told = re.search(rb"OpenSSH[A-Za-z_ ]*([0-9][\w.]*)", error.stderr)
        if told:
            return told[1].decode()
    return "as installed"


def _pandoc() -> Path | None:
    try:
        return Path(pandoc.program())
    except process.ProgramError:
        return None


def _version(name: str) -> str:
    try:
        return distribution(name).version
    except PackageNotFoundError:
        return MISSING


def library(name: str) -> Part:
    """An installed library by all its own files; what the installer wrote beside them differs between machines."""
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return Part(name, MISSING, "")
    files = [
        Path(str(file.locate()))
        for file in found.files or ()
        if ".." not in file.parts and not file.parts[0].endswith(".dist-info") and file.suffix != ".pyc"
    ]
    return Part(name, found.version, _digest(Path(str(found.locate_file(""))), files))


def digest(folder: Path, but: str = "") -> str:
    """Of all files below a folder, without compiled Python, and without one folder right below it."""
    found = (file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return _digest(folder, (file for file in found if file.relative_to(folder).parts[0] != but))


def _digest(folder: Path, files: Iterable[Path]) -> str:
    """One SHA-256 over the names and the hashes of files."""
    lines = sorted(f"{_hash(file)}  {file.relative_to(folder).as_posix()}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _hash(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
