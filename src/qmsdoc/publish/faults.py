"""What PDF/UA-1 and PDF/A-3a refuse, found before Typst does, which names no line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc import diagrams
from qmsdoc.publish import fonts
from qmsdoc.publish.job import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qmsdoc.markdown import Body, CodeBlock, Heading, Link


def alt_texts(links: Sequence[Link], code: Sequence[CodeBlock]) -> Iterator[Fault]:
    """Images without alt text and diagrams without a title."""
    for link in links:
        if link.image and not link.text.strip():
            yield Fault(link.span.line, "an image without alt text")
    for block in code:
        if is_diagram(block) and not diagrams.alt_text(block.text)[0]:
            yield Fault(block.span.line, "a diagram without `accTitle`")


def headings(found: Sequence[Heading]) -> Iterator[Fault]:
    """Headings that skip a level or are empty; the title of the document stands above them all."""
    above = 1
    for heading in found:
        if not heading.text:
            yield Fault(heading.span.line, "a heading without text")
        if heading.level > above + 1:
            yield Fault(heading.span.line, f"a heading of level {heading.level} below level {above}")
        above = heading.level


def glyphs(text: str, first_line: int = 1) -> Iterator[Fault]:
    """Characters that no shipped font has, each once."""
    seen = set()
    for at in fonts.missing(text):
        character = text[at]
        if character not in seen:
            seen.add(character)
            line = first_line + text.count("\n", 0, at)
            yield Fault(line, f"no font has the character {character!r} (U+{ord(character):04X})")


def faults(body: Body, text: str, first_line: int) -> list[Fault]:
    """All of them, by line."""
    return sorted([*alt_texts(body.links, body.code), *headings(body.headings), *glyphs(text, first_line)])


def is_diagram(block: CodeBlock) -> bool:
    """Whether a code block is a Mermaid diagram."""
    return block.language.split()[:1] == ["mermaid"]
