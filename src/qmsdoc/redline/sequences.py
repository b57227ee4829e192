"""Which items of two sequences belong together: anchors first, then the shortest edit, within a fixed effort.

Items that occur once on both sides are matched first ("patience diff"): people see those as fixed points too.
Between them runs the algorithm of Myers (1986, doi:10.1007/BF01840446). The standard library's difflib is
not used: it needs quadratic to cubic time on repeated lines, which every Markdown file has (blank ones).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    Items = Sequence[Hashable]

MAX_EDITS = 128  # between two anchors; beyond, everything between them counts as replaced
_EFFORT = 500_000  # steps between two anchors
_DEPTH = 8  # anchors within anchors; bounds the time on input that is made to nest


class Pair(NamedTuple):
    """Positions of an item in the old and in the new sequence."""

    old: int
    new: int


class _Range(NamedTuple):
    """A part of both sequences, ends excluded."""

    old: int
    old_end: int
    new: int
    new_end: int
    depth: int


def matches(old: Items, new: Items) -> list[Pair]:
    """Pairs of equal items, rising on both sides. Time and memory grow linearly with the lengths."""
    found: list[Pair] = []
    open_ranges = [_Range(0, len(old), 0, len(new), 0)]
    while open_ranges:
        part = _without_equal_ends(old, new, open_ranges.pop(), found)
        if part.old == part.old_end or part.new == part.new_end:
            continue
        anchors = _anchors(old, new, part) if part.depth < _DEPTH else []
        if anchors:
            found += anchors
            open_ranges += _between(anchors, part)
        else:
            found += _shortest(old, new, part)
    return sorted(found)


def _without_equal_ends(old: Items, new: Items, part: _Range, found: list[Pair]) -> _Range:
    """What is left of a range when its equal beginning and end are matched."""
    i, i_end, j, j_end, depth = part
    while i < i_end and j < j_end and old[i] == new[j]:
        found.append(Pair(i, j))
        i, j = i + 1, j + 1
    while i < i_end and j < j_end and old[i_end - 1] == new[j_end - 1]:
        i_end, j_end = i_end - 1, j_end - 1
        found.append(Pair(i_end, j_end))
    return _Range(i, i_end, j, j_end, depth)


def _between(anchors: Sequence[Pair], part: _Range) -> Iterator[_Range]:
    """The ranges before, between and after anchors."""
    i, j = part.old, part.new
    for anchor in (*anchors, Pair(part.old_end, part.new_end)):
        yield _Range(i, anchor.old, j, anchor.new, part.depth + 1)
        i, j = anchor.old + 1, anchor.new + 1


def _anchors(old: Items, new: Items, part: _Range) -> list[Pair]:
    """Items that occur once on each side, as many as keep their order."""
    in_old = Counter(old[part.old : part.old_end])
    in_new = Counter(new[part.new : part.new_end])
    place = {new[j]: j for j in range(part.new, part.new_end) if in_new[new[j]] == 1}
    unique = [
        Pair(i, place[old[i]]) for i in range(part.old, part.old_end) if in_old[old[i]] == 1 and old[i] in place
    ]
    return _rising(unique)


def _rising(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest selection that rises in the new sequence too (patience sorting)."""
    tops: list[int] = []  # the lowest end of a selection of each length, as its place in the new sequence
    last: list[int] = []  # the pair that holds it
    before: list[int] = []
    for index, pair in enumerate(pairs):
        length = bisect_left(tops, pair.new)
        before.append(last[length - 1] if length else -1)
        tops[length : length + 1] = [pair.new]
        last[length : length + 1] = [index]
    chosen: list[Pair] = []
    at = last[-1] if last else -1
    while at >= 0:
        chosen.append(pairs[at])
        at = before[at]
    return chosen[::-1]


def _shortest(old: Items, new: Items, part: _Range) -> list[Pair]:
    """The matches of the shortest edit; none where it is longer than the effort allows."""
    height, width = part.old_end - part.old, part.new_end - part.new
    limit = min(MAX_EDITS, _EFFORT // (height + width))
    reached = {1: 0}  # by diagonal (old minus new): how far in the old sequence
    rounds: list[dict[int, int]] = []  # what was reached before each edit
    for edits in range(limit + 1) if abs(height - width) <= limit else ():
        rounds.append(reached.copy())
        for diagonal in range(-edits, edits + 1, 2):
            came = _came_from(reached, diagonal, edits)
            x = reached[came] + (came < diagonal)
            y = x - diagonal
            while x < height and y < width and old[part.old + x] == new[part.new + y]:
                x, y = x + 1, y + 1
            reached[diagonal] = x
            if x >= height and y >= width:
                return list(_walk_back(rounds, part))
    return []


def _came_from(reached: dict[int, int], diagonal: int, edits: int) -> int:
    """The neighbouring diagonal from which one more edit leads farthest: above inserts, below deletes."""
    if diagonal == -edits or (diagonal != edits and reached[diagonal - 1] < reached[diagonal + 1]):
        return diagonal + 1
    return diagonal - 1


def _walk_back(rounds: Sequence[dict[int, int]], part: _Range) -> Iterator[Pair]:
    """The matches on the way that led to the end, last first."""
    x, y = part.old_end - part.old, part.new_end - part.new
    for edits in range(len(rounds) - 1, -1, -1):
        reached = rounds[edits]
        came = _came_from(reached, x - y, edits)
        from_x, from_y = reached[came], reached[came] - came
        while x > from_x and y > from_y:
            x, y = x - 1, y - 1
            yield Pair(part.old + x, part.new + y)
        x, y = from_x, from_y
