"""Where something stands in a text: offsets of bytes, or of characters that come one after the other."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from itertools import accumulate

from qmsdoc.diagnostics import Span

_BLOCK = 1024  # bytes
_CONTINUED = bytes(range(0x80, 0xC0))  # bytes of UTF-8 that begin no character


class Places:
    """Turns UTF-8 byte offsets of a body into file positions (line and column from 1, in code points)."""

    def __init__(self, text: str, first_line: int) -> None:
        self._bytes = text.encode()
        self._ascii = len(self._bytes) == len(text)
        self._first_line = first_line
        self._starts = array("L", [0])
        self._before_blocks: list[int] = []
        find, at = self._bytes.find, -1
        while (at := find(b"\n", at + 1)) >= 0:
            self._starts.append(at + 1)

    def span(self, start: int, end: int) -> Span:
        """The span of a byte range; a range over several lines ends with its first line."""
        index = bisect_right(self._starts, start) - 1
        line_start = self._starts[index]
        line_end = self._starts[index + 1] - 1 if index + 1 < len(self._starts) else len(self._bytes)
        end = min(end, line_end)
        if self._ascii:
            return Span(index + self._first_line, start - line_start + 1, max(end, start) - line_start + 1)
        before = self._characters(line_start, start)
        inside = self._characters(start, end)
        return Span(index + self._first_line, before + 1, before + inside + 1)

    def _characters(self, start: int, end: int) -> int:
        """The number of characters between two offsets; in a long line, from a table made once."""
        if end - start <= _BLOCK:
            return len(self._bytes[start:end].decode(errors="replace"))
        return self._characters_before(end) - self._characters_before(start)

    def _characters_before(self, offset: int) -> int:
        if not self._before_blocks:
            blocks = (self._bytes[at : at + _BLOCK] for at in range(0, len(self._bytes), _BLOCK))
            self._before_blocks = list(accumulate((_beginning(block) for block in blocks), initial=0))
        block = offset // _BLOCK
        return self._before_blocks[block] + _beginning(self._bytes[block * _BLOCK : offset])

    def cell(self, start: int, end: int) -> Span:
        """The span of a table cell without the blanks around its content; an empty cell is its gap."""
        raw = self._bytes[start:end]
        stripped = raw.strip()
        if not stripped:
            return self.span(start, end)
        start += len(raw) - len(raw.lstrip())
        return self.span(start, start + len(stripped))


def _beginning(piece: bytes) -> int:
    """How many characters begin in a piece of UTF-8."""
    return len(piece.translate(None, _CONTINUED))


class Cursor:
    """A place in a text that moves forward, so that lines are counted once however many places there are."""

    def __init__(self, text: str, first_line: int = 1) -> None:
        self._text = text
        self._first_line = first_line
        self._back()

    def _back(self) -> None:
        self._at = self._line_start = 0
        self._line = self._first_line

    def span(self, start: int, end: int) -> Span:
        """The span between two offsets (in code points, on one line); going back is allowed and slow."""
        if start < self._at:
            self._back()
        if lines := self._text.count("\n", self._at, start):
            self._line += lines
            self._line_start = self._text.rfind("\n", self._at, start) + 1
        self._at = start
        return Span(self._line, start - self._line_start + 1, end - self._line_start + 1)
