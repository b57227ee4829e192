"""What is compared: two sides with their labels and files, and the redline between them. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.redline.compare import Change, compare

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qmsdoc.redline.compare import Redline


_WORDS = {None: "changed", Change.INSERTED: "added", Change.DELETED: "removed"}


class FileFact(NamedTuple):
    """SHA-256 and size in bytes of a file that a document pulls in."""

    sha256: str
    size: int


class FileChange(NamedTuple):
    """A file that came, went or changed; `name` is relative to the folder of the document's files."""

    name: str
    old: FileFact | None
    new: FileFact | None

    @property
    def word(self) -> str:
        """What happened to it."""
        return _WORDS[self.change]

    @property
    def change(self) -> Change | None:
        """Inserted, deleted, or None where it is on both sides."""
        if self.old and self.new:
            return None
        return Change.INSERTED if self.new else Change.DELETED


@dataclass(frozen=True, slots=True)
class Side:
    r"""One of the two texts, with `\n` line ends; without `path` there is no such text.

    `caution` says what a reader must know about where it comes from, such as that nobody approved it.
    """

    label: str
    text: str = ""
    path: str = ""
    files: Mapping[str, FileFact] = field(default_factory=dict)
    caution: str = ""

    @property
    def sha256(self) -> str:
        """The hash that acts are made over; empty where there is no text."""
        return hashlib.sha256(self.text.encode()).hexdigest() if self.path else ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The two sides of a document, what changed in its text, and which of its files changed, by name."""

    id: str
    title: str
    old: Side
    new: Side
    redline: Redline
    files: tuple[FileChange, ...]

    @property
    def is_same(self) -> bool:
        """Whether neither the text nor a file changed."""
        return self.redline.is_same and not self.files

    @property
    def cautions(self) -> tuple[str, ...]:
        """What a reader must know about the sides."""
        return tuple(side.caution for side in (self.old, self.new) if side.caution)


def compare_sides(document_id: str, title: str, old: Side, new: Side) -> Comparison:
    """Compare two sides of a document."""
    names = sorted(old.files.keys() | new.files.keys())
    changes = (FileChange(name, old.files.get(name), new.files.get(name)) for name in names)
    files = tuple(change for change in changes if change.old != change.new)
    return Comparison(document_id, title, old, new, compare(old.text, new.text), files)
