"""What tests share: small QMS repositories written as text."""

from __future__ import annotations

import textwrap
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qmsdoc.check import check
from qmsdoc.load import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmsdoc.diagnostics import Findings
    from qmsdoc.project import Act, Project

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

    def sop(self, text: str = SOP, path: str = "sops/documents/SOP-001-control-of-documents.md") -> Path:
        """Write the good SOP, or another text in its place."""
        return self.write(path, text)

    def load(self, acts: Sequence[Act] = ()) -> Project:
        """Load it."""
        return load(self.root, acts=acts)[0]

    def check(self, acts: Sequence[Act] = (), today: date = TODAY, **options: object) -> Findings:
        """Load and check it."""
        project, problems = load(self.root, acts=acts)
        return check(project, problems, today, **options)  # type: ignore[arg-type]

    def findings(self, acts: Sequence[Act] = (), today: date = TODAY) -> list[str]:
        """Each finding as `file:line:column CODE message`."""
        return [
            f"{d.location.path.rpartition('/')[2]}:{d.location.line}:{d.location.column} {d.code} {d.message}"
            for d in self.check(acts, today).diagnostics
        ]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty repository with people and settings."""
    return Repository(tmp_path)
