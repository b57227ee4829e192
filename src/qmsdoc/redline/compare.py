"""Two texts → a redline: blocks of pieces that stayed, went or came. Pure, lossless, in linear time.

Lossless: all that stayed and went, in order, is the old text; all that stayed and came is the new one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.redline.sequences import matches
from qmsdoc.redline.units import Shape, Unit, split_units

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qmsdoc.redline.sequences import Pair

MIN_SHARED = 0.5  # of the shorter of two units, for them to be shown as one that changed
_SMALL = 4  # what stayed between two changes this many times as long is shown as changed with them

_tokens = re.compile(r"\w+(?:-\w+)*|[^\S\n]+|.", re.DOTALL).findall  # every character is in one of them
_has_word = re.compile(r"\w").search


class Change(Enum):
    """What happened to a piece of text."""

    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"


class Piece(NamedTuple):
    """A stretch of text."""

    change: Change
    text: str


class Block(NamedTuple):
    """A unit of the text: unchanged, changed inside, deleted or inserted. `name` is the key of a field."""

    shape: Shape
    pieces: tuple[Piece, ...]
    name: str = ""

    @property
    def old(self) -> str:
        """Its old text, empty where it is new."""
        return "".join(text for change, text in self.pieces if change is not Change.INSERTED)

    @property
    def new(self) -> str:
        """Its new text, empty where it was deleted."""
        return "".join(text for change, text in self.pieces if change is not Change.DELETED)

    @property
    def change(self) -> Change | None:
        """What happened to all of it; None where it changed inside."""
        first = self.pieces[0].change
        return first if all(piece.change is first for piece in self.pieces) else None

    @property
    def is_same(self) -> bool:
        """Whether nothing changed."""
        return self.change is Change.SAME


@dataclass(frozen=True, slots=True)
class Redline:
    """The front matter by fields, and the body by blocks, in the order of the texts."""

    fields: tuple[Block, ...]
    body: tuple[Block, ...]

    @property
    def is_same(self) -> bool:
        """Whether both texts are equal."""
        return all(block.is_same for block in (*self.fields, *self.body))


def compare(old: str, new: str) -> Redline:
    r"""The redline of two texts with `\n` line ends."""
    old_fields, old_body = split_units(old)
    new_fields, new_body = split_units(new)
    return Redline(tuple(_fields(old_fields, new_fields)), tuple(_joined(_body(old_body, new_body))))


def _fields(old: Sequence[Unit], new: Sequence[Unit]) -> Iterator[Block]:
    """Fields are the same by their key; one that moved is shown as deleted and inserted."""
    pairs = matches([unit.name for unit in old], [unit.name for unit in new])
    for gone, come in _aligned(old, new, pairs):
        yield from _change(gone, come)


def _body(old: Sequence[Unit], new: Sequence[Unit]) -> Iterator[Block]:
    """Units that stayed, and between them those that changed."""
    i = j = 0
    for pair in (*matches([unit.text for unit in old], [unit.text for unit in new]), None):
        i_end, j_end = pair or (len(old), len(new))
        gone, come = old[i:i_end], new[j:j_end]
        for before, after in _aligned(gone, come, _alike(gone, come)):
            yield from _change(before, after)
        if pair:
            i, j = pair.old + 1, pair.new + 1
            yield Block(new[pair.new].shape, (Piece(Change.SAME, new[pair.new].text),))


def _aligned(
    old: Sequence[Unit], new: Sequence[Unit], pairs: Iterable[Pair | tuple[int, int]]
) -> Iterator[tuple[Unit | None, Unit | None]]:
    """Both sequences side by side; what has no partner stands alone, the old before the new."""
    i = j = 0
    for i_next, j_next in (*pairs, (len(old), len(new))):
        yield from ((unit, None) for unit in old[i:i_next])
        yield from ((None, unit) for unit in new[j:j_next])
        if i_next < len(old):
            yield old[i_next], new[j_next]
        i, j = i_next + 1, j_next + 1


def _alike(old: Sequence[Unit], new: Sequence[Unit]) -> list[tuple[int, int]]:
    """Pairs of units that share enough words, most first, each unit once, in the order of both texts."""
    if not old or not new:
        return []
    old_tokens, new_tokens = [_tokens(unit.text) for unit in old], [_tokens(unit.text) for unit in new]
    old_owner = [index for index, tokens in enumerate(old_tokens) for _ in tokens]
    new_owner = [index for index, tokens in enumerate(new_tokens) for _ in tokens]
    flat = [token for tokens in old_tokens for token in tokens]
    shared: dict[tuple[int, int], int] = {}
    for i, j in matches(flat, [token for tokens in new_tokens for token in tokens]):
        owners = old_owner[i], new_owner[j]
        shared[owners] = shared.get(owners, 0) + len(flat[i].strip())
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    chosen = []
    for (i, j), size in sorted(shared.items(), key=lambda item: -item[1]):
        enough = MIN_SHARED * min(_size(old[i].text), _size(new[j].text))
        if size and size >= enough and i not in taken_old and j not in taken_new:
            chosen.append((i, j))
            taken_old.add(i)
            taken_new.add(j)
    return sorted(chosen)


def _size(text: str) -> int:
    """How many characters can be seen."""
    return sum(map(len, text.split()))


def _change(old: Unit | None, new: Unit | None) -> Iterator[Block]:
    """A unit that went, came, or changed inside."""
    if old and new:
        pieces = (Piece(Change.SAME, new.text),) if old.text == new.text else tuple(_words(old.text, new.text))
        yield Block(new.shape, pieces, new.name)
    elif old:
        yield Block(old.shape, (Piece(Change.DELETED, old.text),), old.name)
    elif new:
        yield Block(new.shape, (Piece(Change.INSERTED, new.text),), new.name)


class _Edit(NamedTuple):
    """What stayed, and then what went and came in one place."""

    same: str
    deleted: str
    inserted: str


def _words(old: str, new: str) -> Iterator[Piece]:
    """The pieces of a unit that changed inside."""
    for edit in _readable(_edits(old, new)):
        for change, text in zip(Change, edit, strict=True):
            if text:
                yield Piece(change, text)


def _edits(old: str, new: str) -> Iterator[_Edit]:
    old_tokens, new_tokens = _tokens(old), _tokens(new)
    same: list[str] = []
    i = j = 0
    for i_next, j_next in (*matches(old_tokens, new_tokens), (len(old_tokens), len(new_tokens))):
        if i < i_next or j < j_next:
            yield _Edit("".join(same), "".join(old_tokens[i:i_next]), "".join(new_tokens[j:j_next]))
            same = []
        same += old_tokens[i_next : i_next + 1]
        i, j = i_next + 1, j_next + 1
    yield _Edit("".join(same), "", "")


def _readable(edits: Iterable[_Edit]) -> Iterator[_Edit]:
    """Replaced words in a row as one replacement, although the blanks or a small word between them stayed."""
    run: list[_Edit] = []
    for edit in edits:
        if run and not _is_noise(edit.same, min(map(len, (*run[-1][1:], *edit[1:])))):
            yield _merged(run)
            run = []
        run.append(edit)
    yield _merged(run)


def _merged(run: Sequence[_Edit]) -> _Edit:
    """Edits in a row as one; what stayed between them went and came again."""
    start = run[0].same
    deleted = "".join(edit.same + edit.deleted for edit in run)
    inserted = "".join(edit.same + edit.inserted for edit in run)
    return _Edit(start, deleted[len(start) :], inserted[len(start) :])


def _is_noise(same: str, shortest_change: int) -> bool:
    """Whether what stayed between two replacements only makes them harder to read."""
    return shortest_change > 0 and (not _has_word(same) or _SMALL * len(same) <= shortest_change)


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blank lines that went or came together with the block before them are part of it."""
    run: list[Block] = []
    for block in blocks:
        change = block.change if block.shape is Shape.BLANK else Change.SAME
        if run and (change is Change.SAME or change is not run[0].change):
            yield _as_one(run)
            run = []
        run.append(block)
    if run:
        yield _as_one(run)


def _as_one(run: Sequence[Block]) -> Block:
    if len(run) == 1:
        return run[0]
    text = "".join(block.pieces[0].text for block in run)
    return Block(run[0].shape, (Piece(run[0].pieces[0].change, text),))
