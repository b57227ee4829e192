"""What a person stated about the exact bytes of one revision or record: the act."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime


class Meaning(Enum):
    """What a person states by an act (21 CFR 11.50(a)(3) asks that the meaning be stated)."""

    AUTHOR = "author"
    REVIEW = "review"
    APPROVAL = "approval"
    ISSUE = "issue"
    NO_CHANGE = "no-change"
    WITHDRAWAL = "withdrawal"
    CLOSURE = "closure"
    CORRECTION = "correction"
    ACKNOWLEDGEMENT = "acknowledgement"
    TAKEOVER = "takeover"

    @property
    def sentence(self) -> str:
        """What the signatory states, in words, as it stands in the statement and in the signature block."""
        return _SENTENCES[self]


_SENTENCES = {
    Meaning.AUTHOR: "I wrote this revision and submit it",
    Meaning.REVIEW: "I reviewed this revision and found it adequate",
    Meaning.APPROVAL: "I approve this revision for use",
    Meaning.ISSUE: "I put this revision in force",
    Meaning.NO_CHANGE: "I reviewed this revision and it stays in force without a change",
    Meaning.WITHDRAWAL: "I withdraw this revision from use",
    Meaning.CLOSURE: "I close this record; it is complete and correct",
    Meaning.CORRECTION: "I corrected this closed record",
    Meaning.ACKNOWLEDGEMENT: "I have read and understood this revision",
    Meaning.TAKEOVER: "this revision was approved before it was moved into this system",
}


class Form(Enum):
    """By what a person signed; a policy says which forms suffice."""

    KEY = "key"  # an SSH key in a file
    SECURITY_KEY = "security-key"  # a FIDO2 key, touched and unlocked for this very signature
    SIGNED_PDF = "signed-pdf"  # a PDF with a digital signature, imported and witnessed
    PAPER = "paper"  # ink on paper, scanned and witnessed


@dataclass(frozen=True, slots=True)
class Act:
    """A statement by a person in a role over the bytes of one revision or record.

    Of an act that was read from `approvals/`, key, role and trust were verified. `revision` is 0 for a record.
    """

    id: str
    revision: int
    sha256: str  # of the document, with `\n` line ends
    meaning: Meaning
    person: str
    role: str
    time: datetime  # with offset; a claim of the signatory
    in_force_from: date | None = None  # an issue act may set it
    reason: str = ""
    files: tuple[tuple[str, str], ...] = ()  # what the document pulls in: name below its folder, SHA-256
    relies_on: tuple[str, ...] = ()  # digests of the acts that were there
    names: tuple[tuple[str, str], ...] = ()  # documents it rests on: id, SHA-256 of their text at that time
    form: Form = Form.KEY
    witness: str = ""  # the person whose key signed an imported signature
    name: str = ""  # printed name at that time
    trust_version: int = 0  # of the trust state it was made under; 0 outside any
    witnessed: datetime | None = None  # the earliest checkpoint or trust state that names it
    previous: str = ""  # of a correction: SHA-256 of the record before
    digest: str = ""  # SHA-256 of the statement
    file: str = ""  # where the statement is kept
    path: str = ""  # where the document lay when it was signed
    base_commit: str = ""  # what was checked out when it was signed

    def covers(self, sha256: str, files: tuple[tuple[str, str], ...]) -> bool:
        """Whether it was made over exactly these bytes of the document and of all it pulls in."""
        return self.sha256 == sha256 and self.files == files


def in_order(acts: Iterable[Act]) -> list[Act]:
    """Acts by time, but never before one that they rely on: the clocks of two people differ."""
    sorted_acts = sorted(acts, key=lambda act: (act.time, len(act.relies_on), act.digest))
    by_digest = {act.digest: act for act in sorted_acts if act.digest}
    found: dict[int, Act] = {}
    waiting = sorted_acts[::-1]
    while waiting:
        act = waiting[-1]
        before = [by_digest[d] for d in act.relies_on if d in by_digest and id(by_digest[d]) not in found]
        if before and id(act) not in found:
            waiting += before[::-1]
        else:
            found.setdefault(id(waiting.pop()), act)
    return list(found.values())
