"""A redline as text: in colours on a terminal, with `[-old-]` and `{+new+}` everywhere else."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from qmsdoc.redline.compare import Change
from qmsdoc.redline.display import Fold, folded, shown, value, visible_text, without_fences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qmsdoc.redline.compare import Block
    from qmsdoc.redline.comparison import Comparison, FileChange, FileFact, Side
    from qmsdoc.redline.display import Shown

_STYLES = {Change.DELETED: "31;9", Change.INSERTED: "32;4"}  # red and struck out, green and underlined
_MARKS = {Change.DELETED: ("[-", "-]"), Change.INSERTED: ("{+", "+}")}
_SIGNS = {Change.SAME: " ", Change.DELETED: "-", Change.INSERTED: "+", None: "~"}
_BOLD, _DIM = "1", "2"


def render(comparison: Comparison, *, color: bool = False) -> str:
    """The whole redline, with line ends; no control character of a document is in it."""
    return "".join(f"{line.rstrip()}\n" for line in _Renderer(color=color).lines(comparison))


class _Renderer:
    def __init__(self, *, color: bool) -> None:
        self.color = color

    def paint(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.color and text else text

    def lines(self, comparison: Comparison) -> Iterator[str]:
        yield self.paint(f"{comparison.id} {visible_text(comparison.title)}", _BOLD)
        yield f"  from  {_side(comparison.old)}"
        yield f"  to    {_side(comparison.new)}"
        if comparison.is_same:
            yield from ("", "no difference")
            return
        yield from self.files(comparison.files)
        yield from self.fields(comparison.redline.fields)
        if not all(block.is_same for block in comparison.redline.body):
            yield from ("", self.paint("Text", _BOLD))
            for part in folded(comparison.redline.body):
                yield from self.fold(part) if isinstance(part, Fold) else self.block(part)

    def files(self, files: Iterable[FileChange]) -> Iterator[str]:
        """The files that came, went or changed."""
        for number, file in enumerate(files):
            if number == 0:
                yield from ("", self.paint("Files", _BOLD))
            yield f"{_SIGNS[file.change]} {visible_text(file.name)} {file.word}"
            for change, fact in ((Change.DELETED, file.old), (Change.INSERTED, file.new)):
                if fact:
                    yield f"    {self.piece(change, _fact(fact))}"

    def fields(self, fields: Sequence[Block]) -> Iterator[str]:
        """The fields of the front matter that changed."""
        changed = [field for field in without_fences(fields) if not field.is_same]
        width = max((len(field.name) for field in changed), default=0)
        if changed:
            yield from ("", self.paint("Fields", _BOLD))
        for field in changed:
            first, *rest = self.text(shown(value(field))).split("\n")
            yield f"{_SIGNS[field.change]} {field.name.ljust(width)}  {first}"
            yield from (f"  {' ' * width}  {line}" for line in rest)

    def block(self, block: Block) -> Iterator[str]:
        """A block of the text; every line begins with what happened to it."""
        sign = _SIGNS[block.change]
        return (f"{sign} {line}" for line in self.text(shown(block)).split("\n"))

    def fold(self, fold: Fold) -> Iterator[str]:
        """What is folded, and where we are after it."""
        yield self.paint(f"  {fold.label}", _DIM)

    def text(self, parts: Iterable[Shown]) -> str:
        """Pieces with their marks; a change that goes over lines is marked on each."""
        return "".join(
            self.piece(change, "".join(part.text for part in group))
            for change, group in groupby(parts, lambda part: part.change)
        )

    def piece(self, change: Change, text: str) -> str:
        if change is Change.SAME:
            return text
        before, after = ("", "") if self.color else _MARKS[change]
        lines = text.split("\n")
        return "\n".join(self.paint(f"{before}{line}{after}", _STYLES[change]) if line else "" for line in lines)


def _side(side: Side) -> str:
    return f"{visible_text(side.label)}  sha256:{side.sha256}" if side.path else side.label


def _fact(fact: FileFact) -> str:
    return f"sha256:{fact.sha256}  {fact.size} bytes"
