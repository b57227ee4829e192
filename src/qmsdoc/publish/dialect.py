"""The same Markdown for pandoc, where its rules differ from those of the one dialect; by the parser's ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qmsdoc.markdown import events

if TYPE_CHECKING:
    from collections.abc import Iterator


def for_pandoc(text: str) -> str:
    """The source with what pandoc needs to read the same structure; nothing is taken away.

    A table that follows a line of text gets a blank line above it, and `~struck~` becomes `~~struck~~`.
    """
    raw, pieces, done = text.encode(), [], 0
    for position, addition in sorted(_additions(text, raw)):
        pieces += [raw[done:position], addition]
        done = position
    return b"".join([*pieces, raw[done:]]).decode()


def _additions(text: str, raw: bytes) -> Iterator[tuple[int, bytes]]:
    """What to insert, and at which byte."""
    for event, at in events(text):
        start, end = at["start"], at["end"]
        if _starts(event, "Table"):
            line = raw.rfind(b"\n", 0, start) + 1
            above = raw[raw.rfind(b"\n", 0, max(line - 1, 0)) + 1 : line]
            margin = raw[line:start]  # blanks and the marks of the quotes around it
            if above.strip(b" \t>\r\n") and not margin.strip(b" \t>"):
                yield line, margin.rstrip() + b"\n"
        elif _starts(event, "Strikethrough") and raw[start : start + 2] != b"~~":
            yield start, b"~"
            yield end, b"~"


def _starts(event: Any, name: str) -> bool:
    """Whether an event begins an element of that name."""
    begun = event.get("Start") if isinstance(event, dict) else None
    return begun == name or (isinstance(begun, dict) and name in begun)
