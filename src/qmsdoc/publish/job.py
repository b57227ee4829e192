"""What one PDF is made from, and what came of it. Plain data that travels between processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ARCHIVAL = "a-3a+ua-1"  # PDF/A-3a and PDF/UA-1
PLAIN = "a-3b"


class Reference(NamedTuple):
    """A document that is referred to; `file` is its PDF in the same folder, or empty."""

    id: str
    title: str
    file: str = ""


class Change(NamedTuple):
    """A row of the revision history, as text."""

    revision: str
    date: str
    author: str
    change: str


class Signature(NamedTuple):
    """A signature block, from a verified act, as text."""

    meaning: str
    name: str
    role: str
    time: str  # as the signatory claims
    says: str = ""  # the meaning as a sentence
    witnessed: str = ""  # when something else first named the act
    form: str = ""
    reason: str = ""
    digest: str = ""  # the beginning of the SHA-256 of the statement
    key: str = ""  # fingerprint


class Fault(NamedTuple):
    """Something that PDF/UA-1 or PDF/A-3a refuses, with its line in the file."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Job:
    """One document to be made into `file`. Times are Unix seconds, paths relative to the repository."""

    id: str
    file: str
    title: str
    path: str
    body: str  # Markdown as written
    first_line: int  # the line of the file on which the body begins
    source: bytes  # the Markdown file, attached to the PDF
    timestamp: int
    type: str = ""
    state: str = ""
    revision: str = ""
    in_force: str = ""
    company: str = ""
    language: str = "en"
    as_of: str = ""
    commit: str = ""
    watermark: str = ""  # DRAFT, OBSOLETE, OPEN, ENDED, PLANNED or nothing
    archival: bool = True  # refuse what PDF/A-3a and PDF/UA-1 refuse, instead of falling back to PDF/A-3b
    facts: Sequence[tuple[str, str]] = ()
    references: Sequence[Reference] = ()
    documents: Mapping[str, Reference] = field(default_factory=dict)  # by path, for links in the body
    images: Mapping[str, bytes] = field(default_factory=dict)  # by path
    history: Sequence[Change] | None = ()  # None: a history should be shown and is not available
    signatures: Sequence[Signature] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: a file with its standard and why it is not archival, or why there is none."""

    job: Job
    standard: str = ""
    reasons: Sequence[str] = ()
    error: str = ""

    @property
    def made(self) -> bool:
        """Whether there is a PDF."""
        return not self.error
