"""What tests share: small QMS repositories written as text, acts, and the program run in this process."""

from __future__ import annotations

import contextlib
import importlib
import io
import shutil
import signal
import sys
import textwrap
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qmsdoc.check import check
from qmsdoc.load import load
from qmsdoc.trust.act import Act, Meaning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

    from qmsdoc.diagnostics import Findings
    from qmsdoc.project import Project
    from signers import Signed

REPOSITORY = Path(__file__).parent.parent
TODAY = date(2026, 11, 23)

CONFIG = """\
[company]
name = "Test Medical GmbH"
time_zone = "Europe/Berlin"
[frameworks]
"ISO 13485" = "2016"
MDR = "2017/745"
"""

PEOPLE = """\
[roles]
quality-manager = "Quality manager"
prrc = "Person responsible for regulatory compliance"

[people.anna-keller]
name = "Anna Keller"
roles = [{ role = "quality-manager", from = 2025-01-07 }, { role = "prrc", from = 2025-01-07 }]
"""

SOP_PATH = "sops/documents/SOP-001-control-of-documents.md"
SOP = """\
---
id: SOP-001
type: sop
title: Control of documents
revision: 1
owner: quality-manager
effective_from: 2026-01-15
review_every: 24
satisfies: [ISO 13485 4.2.4 @procedure]
applies_to: [quality-manager]
training: read
change: First issue
---

# Control of documents

## Purpose and scope

Everybody works from the text in force.

## Roles

The quality manager keeps the register.

## Procedure

1. Write.
2. Approve.

## Records

The register.
"""

COMPLAINT_PATH = "records/complaint/CMP-001-pump-alarm.md"
COMPLAINT = """\
---
id: CMP-001
type: complaint
title: Pump alarm without cause
owner: quality-manager
opened: 2026-11-20
procedure: SOP-001
received: 2026-11-19
aware_on: 2026-11-19
aware_by: anna-keller
---

# Pump alarm without cause

## Description

The alarm sounds and there is no cause.
"""

CAPA_PATH = "records/capa/CAPA-001-seal-leaks.md"
CAPA = """\
---
id: CAPA-001
type: capa
title: Seal of the pump head leaks
owner: quality-manager
opened: 2026-03-02
procedure: SOP-001
action_kind: corrective
source: complaint
cause_on: 2026-03-10
cause_by: anna-keller
planned_on: 2026-03-12
adverse_effect_checked: true
---

# Seal of the pump head leaks

## Problem

It leaks.

## Cause

The seal is too hard.

## Actions

| Action | Responsible | Due | Done on |
|---|---|---|---|
| Replace the seal | anna-keller | 2026-12-01 | |
"""


class Repository:
    """A QMS repository in a temporary folder, good until a test breaks it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("qmsdoc.toml", CONFIG)
        self.write("trust/people.toml", PEOPLE)

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file below the root; text is dedented."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
        return file

    def sop(self, text: str = SOP, path: str = SOP_PATH) -> Path:
        """Write the good SOP, or another text in its place."""
        return self.write(path, text)

    def load(self, acts: Sequence[Act] | None = None) -> Project:
        """Load it."""
        return load(self.root, acts=acts)[0]

    def check(self, acts: Sequence[Act] | None = None, today: date = TODAY, **options: object) -> Findings:
        """Load and check it."""
        project, problems = load(self.root, acts=acts)
        return check(project, problems, today, **options)  # type: ignore[arg-type]

    def findings(self, acts: Sequence[Act] | None = None, today: date = TODAY) -> list[str]:
        """Each finding as `file:line:column CODE message`."""
        return [
            f"{d.location.path.rpartition('/')[2]}:{d.location.line}:{d.location.column} {d.code} {d.message}"
            for d in self.check(acts, today).diagnostics
        ]

    def act(self, meaning: Meaning, day: str, document: str = "SOP-001", *, copy: int = 0, **facts: object) -> Act:
        """An act over the bytes that the document has now, or that the approved copy of a revision has."""
        project = self.load()
        signed = project.copies[document, copy] if copy else project.by_id[document]
        given: dict[str, object] = {
            "id": document,
            "revision": signed.revision,
            "sha256": signed.sha256,
            "meaning": meaning,
            "person": "anna-keller",
            "role": "quality-manager",
            "time": datetime.combine(date.fromisoformat(day), time(9), UTC),
        }
        return Act(**{**given, **facts})  # type: ignore[arg-type]

    def run(self, *arguments: str | Path) -> Ran:
        """Run qmsdoc on it as on the test's day."""
        return run("--root", self.root, "--today", TODAY.isoformat(), *arguments)


@dataclass(frozen=True)
class Ran:
    """What a run of the program left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of standard output."""
        return self.out.splitlines()


class _Stream(io.TextIOWrapper):
    """A standard stream that keeps what is written, as bytes."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="\n", write_through=True)

    def text(self) -> str:
        self.flush()
        return self.buffer.getvalue().decode()  # type: ignore[attr-defined]


def run(*arguments: str | Path, cwd: Path | None = None) -> Ran:
    """Run the program in this process, as from a command line."""
    from qmsdoc.__main__ import main

    out, err = _Stream(), _Stream()
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.chdir(cwd or Path.cwd()))
        stack.enter_context(contextlib.redirect_stdout(out))
        stack.enter_context(contextlib.redirect_stderr(err))
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(sys, "argv", ["qmsdoc", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    return Ran(code, out.text(), err.text())


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty repository with people and settings."""
    return Repository(tmp_path)


class Model(Repository):
    """A copy of the QMS that this repository itself is."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copy(REPOSITORY / "qmsdoc.toml", root)
        for folder in ("sops", "records", "templates", "trust", "schemas", "approvals"):
            if (REPOSITORY / folder).is_dir():
                shutil.copytree(REPOSITORY / folder, root / folder)

    def path_of(self, document: str) -> str:
        """The file of a document."""
        (found,) = (file for file in self.root.rglob(f"{document}-*.md") if "approvals" not in file.parts)
        return found.relative_to(self.root).as_posix()

    def text_of(self, document: str) -> str:
        """The text of a document."""
        return (self.root / self.path_of(document)).read_text(encoding="utf-8")


@pytest.fixture
def model(tmp_path: Path) -> Model:
    """The model QMS, to be broken."""
    return Model(tmp_path)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a developer or CI has set must not change what a test sees."""
    for name in ("NO_COLOR", "FORCE_COLOR", "QMSDOC_OUTPUT_FORMAT", "GITHUB_ACTIONS", "PY_COLORS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "dumb")


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests leave nothing in the user's folders for the cache and for settings, and find nothing there."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("settings")))
    for name in ("QMSDOC_ANCHOR", "QMSDOC_KEY", "SSH_AUTH_SOCK"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def signed(tmp_path: Path) -> Signed:
    """A repository in which people sign."""
    from signers import Signed

    return Signed(tmp_path / "qms", tmp_path / "keys")


class _Terminal(io.StringIO):
    """Standard input at which somebody sits."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], None]:
    """Somebody sits at a terminal; the function says which lines are typed."""
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stdin", terminal)

    def write(lines: list[str]) -> None:
        terminal.write("".join(f"{line}\n" for line in lines))
        terminal.seek(0)

    return write


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A program that the test starts can be interrupted, also where a shell ran the tests in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def fuzz(name: str) -> ModuleType:
    """A module of `benchmarks/fuzz`, which is a folder of programs and not a package."""
    folder = str(REPOSITORY / "benchmarks" / "fuzz")
    sys.path.insert(0, folder)
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(folder)
