"""How long documents are and how easily they are read, and whether each flow can be seen at once.

Reading ease is LIX, which counts letters and so holds for every language of Europe: words in a sentence plus the
percentage of words with more than six letters (C. H. Björnsson, Läsbarhet, 1968). Tables, headings and code have
no sentences and count for the length only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.markdown import events
from qmsdoc.views.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qmsdoc.project import Document

COLUMN, SCREEN = 700, 760  # px: the width of a page's text; the height of a browser's page on a laptop
LEGIBLE = 0.7  # a flow that is shrunk further has letters below 10 px
LONG = 6  # letters
EASE = ((30, "very easy"), (40, "easy"), (50, "medium"), (60, "difficult"))
COLUMNS = (
    Column("id", "Id", ids=True),
    Column("title", "Title"),
    Column("words", "Words"),
    Column("sentence", "Words in a sentence"),
    Column("lix", "LIX"),
    Column("reading", "Reading"),
    Column("flows", "Flows (px)"),
    Column("fits", "Fit a screen"),
)

_word = re.compile(r"[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*").findall
_sentence_end = re.compile(r"[.!?;:](?=\s|$)").split
_SENTENCES = {"Paragraph", "Item"}
_INLINE = {"Emphasis", "Strong", "Strikethrough", "Link", "Image", "Subscript", "Superscript"}


class Flow(NamedTuple):
    """The size of a drawn diagram in px."""

    width: float
    height: float

    @property
    def fits(self) -> bool:
        """Whether it can be seen at once and be read, drawn no wider than a page's text."""
        scale = min(1.0, COLUMN / self.width)
        return self.height * scale <= SCREEN and scale >= LEGIBLE


class Reading(NamedTuple):
    """What was counted in a text."""

    words: int
    prose: int  # words in sentences
    long: int  # of these, words with more than six letters
    sentences: int

    @property
    def sentence(self) -> int | None:
        """Words in a sentence, on average; None where there is none."""
        return round(self.prose / self.sentences) if self.sentences else None

    @property
    def lix(self) -> int | None:
        """The readability index; None where there is no sentence."""
        return round(self.prose / self.sentences + 100 * self.long / self.prose) if self.sentences else None

    @property
    def ease(self) -> str:
        """The index in words; empty where there is none."""
        if self.lix is None:
            return ""
        return next((said for limit, said in EASE if self.lix < limit), "very difficult")


def read(body: str) -> Reading:
    """Count the words of a Markdown body."""
    words = prose = long = sentences = 0
    for kind, text in _pieces(body):
        found = _word(text)
        words += len(found)
        if kind in _SENTENCES and found:
            prose += len(found)
            long += sum(len(word) > LONG for word in found)
            sentences += sum(bool(_word(part)) for part in _sentence_end(text))
    return Reading(words, prose, long, sentences)


def stats(found: Iterable[tuple[Document, Reading, Sequence[Flow] | None]]) -> Table:
    """One row a document; flows are None where nothing could draw them."""
    rows = [
        (
            document.id,
            document.title,
            reading.words,
            reading.sentence,
            reading.lix,
            reading.ease,
            None if flows is None else tuple(f"{flow.width:.0f} x {flow.height:.0f}" for flow in flows),
            ("yes" if all(flow.fits for flow in flows) else "no") if flows else None,
        )
        for document, reading, flows in found
    ]
    return Table("Length and reading ease", COLUMNS, rows)


def _pieces(body: str) -> Iterator[tuple[str, str]]:
    """Each block of text with the kind of block that it stands in; of code nothing."""
    kinds: list[str] = [""]
    text = ""
    for event, _ in events(body):
        if not isinstance(event, dict):
            text += " "  # a line break
            continue
        ((what, detail),) = event.items()
        if what in {"Text", "Code"} and "CodeBlock" not in kinds:
            text += detail
        elif what in {"Start", "End"}:
            name = detail if isinstance(detail, str) else next(iter(detail))
            if name in _INLINE:
                continue
            yield kinds[-1], text
            text = ""
            if what == "Start":
                kinds.append(name)
            elif len(kinds) > 1:
                kinds.pop()
    yield kinds[-1], text
