"""The structure of a body as a sequence of marks and texts, to be compared with what pandoc made of it.

The site is rendered by one parser and the PDF by another. Both describe what they read in the same words
(`data/pdf/convert.lua` is the other side); where the sequences differ, the document is refused.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

from qmsdoc.markdown import events
from qmsdoc.places import Places

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLANKS = str.maketrans("", "", " \t\n\r\f\v")


class Token(NamedTuple):
    """A mark such as `item` or `heading 2`, or a text as `=` and its characters without blanks; its line.

    `detail` is the target of a link or an image, the alt text at the end of an image, and the source of a
    Mermaid diagram.
    """

    mark: str
    line: int
    detail: str = ""


class Footnote(NamedTuple):
    """A footnote's label, the line of its definition, and whether anything refers to it."""

    label: str
    line: int
    used: bool


def structure(text: str, first_line: int = 1) -> list[Token]:
    """What a body holds, in reading order; a footnote stands where it is referred to."""
    reader = _Reader(text, first_line)
    return list(reader.spliced(reader.tokens, frozenset()))


def footnotes(text: str, first_line: int = 1) -> list[Footnote]:
    """The footnotes that a body defines."""
    reader = _Reader(text, first_line)
    lists = (reader.tokens, *reader.notes.values())
    used = {token.mark[1:] for tokens in lists for token in tokens if token.mark.startswith("^")}
    return [Footnote(label, reader.note_lines[label], label in used) for label in reader.notes]


def difference(ours: Sequence[Token], theirs: Sequence[str]) -> str | None:
    """Where the other parser first saw something else: `line N: …`, or None where both agree."""
    last = 1
    for token, mark in zip_longest(ours, theirs):
        site, paper = token.mark if token else "", mark or ""
        if site != paper:
            line = token.line if token else last
            same = next((at for at, (a, b) in enumerate(zip(site, paper, strict=False)) if a != b), 0)
            read = f"reads {_told(site, same)} on the site and {_told(paper, same)} in the PDF"
            return f"line {line}: {read}; write it more plainly"
        last = token.line if token else last
    return None


def _told(mark: str, same: int) -> str:
    """A mark or the part of a text from shortly before the first difference."""
    if not mark:
        return "as its end"
    if not mark.startswith("="):
        return f"as {mark}"
    return f"`{mark[max(1, same - 10) : same + 30]}`"


class _Reader:
    """One pass over the parser's events; `^label` stands for a footnote until it is put in its place."""

    def __init__(self, text: str, first_line: int) -> None:
        self.places = Places(text, first_line)
        self.tokens: list[Token] = []
        self.notes: dict[str, list[Token]] = {}
        self.note_lines: dict[str, int] = {}
        self.out = self.tokens
        self.words: list[str] = []
        self.words_line = first_line
        self.diagram: int | None = None  # where the token of the open Mermaid fence stands
        for event, at in events(text):
            line = self.places.span(at["start"], at["start"]).line
            if isinstance(event, str):  # SoftBreak, HardBreak, Rule
                if event == "Rule":
                    self.mark("rule", line)
                elif self.words:
                    self.words.append(" ")
                continue
            ((kind, value),) = event.items()
            self.event(kind, value, line)
        self.flush()

    def event(self, kind: str, value: Any, line: int) -> None:
        if kind in {"Text", "Code", "Html", "InlineHtml"}:
            self.say(value, line)
        elif kind == "TaskListMarker":
            self.say("☒" if value else "☐", line)
        elif kind == "FootnoteReference":
            self.mark(f"^{value}", line)
        else:
            name, details = (value, None) if isinstance(value, str) else next(iter(value.items()))
            if kind == "Start":
                self.start(name, details, line)
            else:
                self.end(name, line)

    def say(self, words: str, line: int) -> None:
        if not self.words:
            self.words_line = line
        self.words.append(words)

    def flush(self) -> None:
        said = "".join(self.words).translate(_BLANKS)
        self.words.clear()
        if said:
            self.out.append(Token(f"={said}", self.words_line))

    def mark(self, name: str, line: int, detail: str = "") -> None:
        self.flush()
        self.out.append(Token(name, line, detail))

    def start(self, name: str, details: Any, line: int) -> None:
        if name in _SILENT:
            return
        if name == "FootnoteDefinition":
            self.flush()
            self.out = self.notes.setdefault(details, [])
            self.note_lines.setdefault(details, line)
            return
        marks = {
            "Heading": lambda: f"heading {details['level'][1]}",
            "List": lambda: "list" if details is None else f"list {details}",
            "BlockQuote": lambda: "quote" if details is None else f"alert {details.lower()}",
        }
        self.mark(marks[name]() if name in marks else _MARKS[name], line, _target(name, details))
        if name == "CodeBlock" and isinstance(details, dict) and details["Fenced"].split()[:1] == ["mermaid"]:
            self.diagram = len(self.out) - 1

    def end(self, name: str, line: int) -> None:
        if name == "CodeBlock" and self.diagram is not None:
            self.out[self.diagram] = self.out[self.diagram]._replace(detail="".join(self.words))
            self.diagram = None
        if name in _ENDS:
            self.mark(_ENDS[name], line, "".join(self.words) if name == "Image" else "")
        elif name == "FootnoteDefinition":
            self.flush()
            self.out = self.tokens
        elif name not in _SILENT:
            self.flush()

    def spliced(self, tokens: Sequence[Token], within: frozenset[str]) -> Any:
        """The tokens with each footnote in the place of its reference."""
        for token in tokens:
            label = token.mark[1:]
            if not token.mark.startswith("^") or label not in self.notes or label in within:
                yield token
                continue
            yield Token("footnote", token.line)
            yield from self.spliced(self.notes[label], within | {label})
            yield Token("end footnote", token.line)


def _target(name: str, details: Any) -> str:
    """The target of a link or an image, as written."""
    if name not in {"Link", "Image"}:
        return ""
    target = str(details["dest_url"])
    return f"mailto:{target}" if details["link_type"] == "Email" else target


_SILENT = {"Emphasis", "Strong", "Strikethrough", "HtmlBlock"}
_MARKS = {
    "Paragraph": "paragraph",
    "CodeBlock": "code",
    "Item": "item",
    "Table": "table",
    "TableHead": "row",
    "TableRow": "row",
    "TableCell": "cell",
    "Image": "image",
    "Link": "link",
}
_ENDS = {
    "List": "end list",
    "BlockQuote": "end quote",
    "Table": "end table",
    "Image": "end image",
    "Link": "end link",
}
