"""A redline as every renderer shows it: what is invisible made visible, unchanged text folded, rows in cells."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.frontmatter import FENCE
from qmsdoc.redline.compare import Block, Change, Piece
from qmsdoc.redline.units import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SPACE, TAB, LINE_END, NO_LINE_END = "␣", "⇥", "↵", "⟨no line end⟩"
CONTEXT = 1  # unchanged blocks shown beside a change
MIN_FOLD = 4  # lines; fewer are shown
MAX_TABLE = 20  # rows; of a longer table that changed, only head and changed rows are shown

_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}
# Letters and marks that fonts draw as nothing (Unicode: Default_Ignorable_Code_Point), and the Braille blank.
_drawn_as_nothing = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
).match
_parts = re.compile(r"\n|\t|[ ]+|[^\n\t ]+").findall
_pipe = re.compile(r"\\.|\|", re.DOTALL)
_delimiter_row = re.compile(r"\s*\|(?=[\s|:]*-)[\s|:-]*").fullmatch


class Shown(NamedTuple):
    """Text to show; a `mark` stands for what cannot be seen."""

    change: Change
    text: str
    mark: bool = False


class Fold(NamedTuple):
    """Unchanged blocks that are folded, and the headings above what follows, highest first."""

    blocks: tuple[Block, ...]
    headings: tuple[str, ...]

    @property
    def lines(self) -> int:
        """How many lines it hides."""
        return sum(block.new.count("\n") or 1 for block in self.blocks)

    @property
    def label(self) -> str:
        """What stands in its place."""
        where = f" · {' > '.join(self.headings)}" if self.headings else ""
        return f"… {self.lines} lines unchanged …{where}"


def folded(body: Sequence[Block]) -> Iterator[Block | Fold]:
    """The changed blocks with a little context, and folds in the place of all else."""
    kept = _near_changes(body)
    hidden: list[Block] = []
    path: dict[int, str] = {}
    for block, keep in zip(body, kept, strict=True):
        level = heading_level(block)
        path = {depth: text for depth, text in path.items() if not level or depth < level}
        if keep:
            yield from _fold(hidden, path)
            hidden = []
            yield block
        else:
            hidden.append(block)
        if level:
            path[level] = visible_text(block.new.strip("# \n"))
    yield from _fold(hidden, {})


def heading_level(block: Block) -> int:
    """The level of a heading that is there now; 0 for everything else."""
    text = block.new.lstrip(" ")
    return len(text) - len(text.lstrip("#")) if block.shape is Shape.HEADING else 0


def _near_changes(body: Sequence[Block]) -> list[bool]:
    """Which blocks are shown: those that changed, and so many beside them; blank lines do not count."""
    kept = [not block.is_same for block in body]
    for order in (range(len(body)), range(len(body) - 1, -1, -1)):
        left = 0
        for index in order:
            if not body[index].is_same:
                left = CONTEXT
            elif left:
                kept[index] = True
                left -= body[index].shape is not Shape.BLANK
    for table in _tables(body):
        if any(kept[index] for index in table):
            shown_whole = table if len(table) <= MAX_TABLE else table[:2]
            kept[shown_whole.start : shown_whole.stop] = [True] * len(shown_whole)
    return kept


def _tables(body: Sequence[Block]) -> Iterator[range]:
    """Where the rows of each table stand."""
    rows = groupby(range(len(body)), lambda index: body[index].shape is Shape.ROW)
    for is_table, indexes in rows:
        if is_table:
            found = list(indexes)
            yield range(found[0], found[-1] + 1)


def _fold(hidden: Sequence[Block], path: dict[int, str]) -> Iterator[Block | Fold]:
    fold = Fold(tuple(hidden), tuple(text for level, text in path.items() if level > 1))  # the first is the title
    if fold.lines >= MIN_FOLD:
        yield fold
    else:
        yield from hidden


def shown(block: Block) -> Iterator[Shown]:
    """The pieces of a block without its last line feed, which is shown only where it changed."""
    change = block.change
    if change is None:
        *before, last = block.pieces
        for piece in (*before, Piece(last.change, last.text.removesuffix("\n"))):
            yield from seen(piece)
        if last.change is not Change.SAME and last.text.endswith("\n"):
            yield Shown(last.change, LINE_END, mark=True)
        return
    text = block.pieces[0].text
    lines = text.rstrip("\n")
    if lines:
        yield from seen(Piece(change, lines), whole=True)
    if change is not Change.SAME:
        added = len(text) - len(lines) - bool(lines)  # blank lines
        yield from (
            [Shown(change, NO_LINE_END, mark=True)] if added < 0 else [Shown(change, LINE_END, mark=True)] * added
        )


def seen(piece: Piece, *, whole: bool = False) -> Iterator[Shown]:
    """A piece with everything in it made visible; where not the whole block changed, blanks and line ends too."""
    change, text = piece
    changed = change is not Change.SAME
    only_blanks = not text.strip()
    decomposed = changed and not unicodedata.is_normalized("NFC", text)
    for part in _parts(text):
        if part == "\n":
            marked = changed and not whole
            yield Shown(change, f"{LINE_END}\n" if marked else "\n", mark=marked)
        elif part == "\t":
            yield Shown(change, TAB if changed else "    ", mark=changed)
        elif part[0] == " ":
            marked = changed and (only_blanks or (len(part) > 1 and not whole))
            yield Shown(change, SPACE * len(part) if marked else part, mark=marked)
        else:
            yield from _characters(change, part, decomposed=decomposed)


def _characters(change: Change, text: str, *, decomposed: bool) -> Iterator[Shown]:
    """Characters that cannot be seen, or not told from others, as their code points."""
    if text.isascii() and text.isprintable():
        yield Shown(change, text)
        return
    clear = ""
    for char in text:
        if _is_clear(char, change) and not (decomposed and unicodedata.combining(char)):
            clear += char
            continue
        if clear:
            yield Shown(change, clear)
        clear = ""
        yield Shown(change, f"⟨U+{ord(char):04X}⟩", mark=True)
    if clear:
        yield Shown(change, clear)


def _is_clear(char: str, change: Change) -> bool:
    category = unicodedata.category(char)
    if category == "Zs":
        return change is Change.SAME
    return category not in _UNSEEN and not _drawn_as_nothing(char)


def visible_text(text: str) -> str:
    """Text that did not change, on one line, with everything in it made visible."""
    return "".join(part.text for part in seen(Piece(Change.SAME, text))).replace("\n", " ")


def value(field: Block) -> Block:
    """A field of the front matter without its key, where the key did not change."""
    first = field.pieces[0]
    key = f"{field.name}:"
    if not field.name or not first.text.startswith(key):
        return field
    rest = first.text[len(key) :]
    if rest[:1] in {" ", "\n"} and (len(rest) > 1 or len(field.pieces) > 1):
        rest = rest[1:]
    return field._replace(pieces=(*([Piece(first.change, rest)] if rest else []), *field.pieces[1:]))


def without_fences(fields: Sequence[Block]) -> Sequence[Block]:
    """The fields without what opens and closes the front matter, unless that is all there is."""
    fence = f"{FENCE}\n"
    return [field for field in fields if field.change is None or field.pieces[0].text != fence] or fields


def head_and_rows(table: Sequence[Block]) -> tuple[Sequence[Block], Sequence[Block]]:
    """The rows above the row that divides head and body of a table, and those below; it came or went with them."""
    for index, row in enumerate(table):
        if index and _delimiter_row(row.new or row.old):
            implied = row.change in {Change.SAME, table[index - 1].change}
            return (table[:index], table[index + 1 :]) if implied and row.change else ((), table)
    return (), table


def cells(row: Block) -> list[tuple[Shown, ...]] | None:
    """A table row cell by cell; None where a border changed or is missing: such a row is shown as written."""
    border = row.change or Change.SAME
    found: list[list[Piece]] = [[]]
    for change, text in row.pieces:
        start = 0
        for match in _pipe.finditer(text):
            if match[0] != "|":
                continue
            if change is not border:
                return None
            found[-1].append(Piece(change, text[start : match.start()]))
            found.append([])
            start = match.end()
        found[-1].append(Piece(change, text[start:]))
    before, *inside, after = found
    if [piece.text for piece in before if piece.text] or [piece for piece in after if piece.text] != [
        Piece(border, "\n")
    ]:
        return None
    return [tuple(_cell(pieces, border)) for pieces in inside]


def _cell(pieces: Sequence[Piece], border: Change) -> Iterator[Shown]:
    """What stands in a cell, without the blanks around it unless they changed."""
    for index, piece in enumerate(pieces):
        text = piece.text
        if piece.change is border:
            text = text.lstrip(" ") if index == 0 else text
            text = text.rstrip(" ") if index == len(pieces) - 1 else text
        yield from seen(Piece(piece.change, text))
