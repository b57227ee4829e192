"""The sentences of a document, as the rules of style read them; looked through only where such a rule runs.

Sentences are what stands in paragraphs and list items; tables, headings, code and links' targets are none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.markdown import events
from qmsdoc.places import Places

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from qmsdoc.diagnostics import Span


class Sentence(NamedTuple):
    """A paragraph or a list item: its pieces of text and the place of each.

    step: whether a numbered list holds it. section: the number of headings above it.
    """

    pieces: tuple[str, ...]
    spans: tuple[Span, ...]
    step: bool = False
    section: int = 0

    @property
    def text(self) -> str:
        """The whole without markup."""
        return "".join(self.pieces).strip()


CODES = "QD9"  # the rules that read sentences begin so
_BLOCKS = {"Paragraph", "Item"}
_OUTSIDE = {"Table", "CodeBlock", "Heading"}


def read_sentences(body: str, first_line: int) -> tuple[Sentence, ...]:
    """Every paragraph and list item of a body, in reading order; `first_line` is the line on which it begins."""
    return tuple(_sentences(body, first_line))


def _sentences(body: str, first_line: int) -> Iterator[Sentence]:
    places = Places(body, first_line)
    lists: list[bool] = []  # of the lists within each other, whether each is numbered
    pieces: list[tuple[str, int]] = []  # text with the offset of its first byte
    outside = section = 0
    for event, at in events(body):
        if isinstance(event, str):
            pieces.append((" ", at["start"]))
            continue
        ((what, value),) = event.items()
        name = next(iter(value)) if isinstance(value, dict) else value
        if what == "Start" and name == "List":
            yield from _flush(pieces, places, lists, section)
            lists.append(isinstance(value, dict) and value["List"] is not None)
        elif what == "End" and name == "List":
            lists.pop()
        elif name in _OUTSIDE and what in {"Start", "End"}:
            section += name == "Heading" and what == "Start"
            outside += 1 if what == "Start" else -1
        elif what in {"Start", "End"} and name in _BLOCKS:
            yield from _flush(pieces, places, lists, section)
        elif what in {"Text", "Code"} and not outside:
            pieces.append((value if what == "Text" else " ", at["start"]))


def _flush(pieces: list[tuple[str, int]], places: Places, lists: list[bool], section: int) -> Iterator[Sentence]:
    """What was collected; the place of each of its words is told by the pieces."""
    if any(text.strip() for text, _ in pieces):
        spans = tuple(places.span(start, start + len(text.encode())) for text, start in pieces)
        yield Sentence(tuple(text for text, _ in pieces), spans, bool(lists) and lists[-1], section)
    pieces.clear()


def matches(sentence: Sentence, pattern: re.Pattern[str]) -> Iterator[tuple[str, Span]]:
    """Every match in a sentence that lies within one piece of text, with its place."""
    for text, span in zip(sentence.pieces, sentence.spans, strict=True):
        for match in pattern.finditer(text):
            column = span.column + match.start()
            yield match[0], span._replace(column=column, end_column=column + len(match[0]))
