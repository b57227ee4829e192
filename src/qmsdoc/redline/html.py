"""A redline as one page that stands alone: no script, no other host, readable without colours and on paper."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from qmsdoc.redline.compare import Change
from qmsdoc.redline.display import Fold, cells, folded, head_and_rows, shown, value, visible_text, without_fences
from qmsdoc.redline.units import Shape
from qmsdoc.resources import data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qmsdoc.redline.compare import Block
    from qmsdoc.redline.comparison import Comparison, FileChange, FileFact, Side
    from qmsdoc.redline.display import Shown

_TAGS = {Change.DELETED: ("del", "deleted: "), Change.INSERTED: ("ins", "inserted: ")}
_NONE = "<span class=none>none</span>"
_KEY = (
    "<p class=key><del>struck out</del> was deleted, <ins>underlined</ins> was inserted. "
    "␣ ⇥ ↵ are blanks, tabs and line ends that changed; ⟨U+…⟩ is a character that cannot be seen. "
    "The text is shown as it is written, in Markdown.</p>"
)


def render(comparison: Comparison) -> str:
    """The page. Everything of the document is escaped text in it."""
    style = data("redline", "redline.css").read_text(encoding="utf-8")
    allowed = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"
    title = f"{comparison.id} {visible_text(comparison.title)}"
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}: what changed</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            "<main>",
            fragment(comparison),
            "</main>",
            "</body>",
            "</html>\n",
        ]
    )


def fragment(comparison: Comparison) -> str:
    """What stands in the page, for a page that has its own head; it needs `redline.css`."""
    parts = [
        f"<h1><small>{escape(comparison.id)} · what changed</small>{escape(visible_text(comparison.title))}</h1>",
        f"<dl><dt>From</dt><dd>{_side(comparison.old)}</dd><dt>To</dt><dd>{_side(comparison.new)}</dd></dl>",
        *(f"<p class=caution role=note>{escape(visible_text(caution))}</p>" for caution in comparison.cautions),
    ]
    if comparison.is_same:
        return "\n".join([*parts, "<p class=equal>There is no difference.</p>"])
    return "\n".join(
        [*parts, _KEY, *_fields(comparison.redline.fields), *_files(comparison.files), *_body(comparison)]
    )


def _side(side: Side) -> str:
    hashed = f"<code>SHA-256 {side.sha256}</code>" if side.path else ""
    return f"{escape(visible_text(side.label))}{hashed}"


def _fields(fields: Sequence[Block]) -> Iterator[str]:
    """The fields of the front matter that changed, before and after."""
    changed = [field for field in without_fences(fields) if not field.is_same]
    if not changed:
        return
    yield "<h2>Fields</h2>\n<table class=fields>"
    yield "<tr><th scope=col>Field</th><th scope=col>Before</th><th scope=col>After</th></tr>"
    for field in changed:
        parts = list(shown(value(field)))
        before = _pieces(part for part in parts if part.change is not Change.INSERTED)
        after = _pieces(part for part in parts if part.change is not Change.DELETED)
        yield (
            f"<tr><th scope=row>{escape(field.name) or '(no key)'}</th>"
            f"<td>{before if field.old else _NONE}</td><td>{after if field.new else _NONE}</td></tr>"
        )
    yield "</table>"


def _files(files: Sequence[FileChange]) -> Iterator[str]:
    """The files that came, went or changed."""
    if not files:
        return
    yield "<h2>Files</h2>\n<table class=files>"
    yield "<tr><th scope=col>File</th><th scope=col>Before</th><th scope=col>After</th></tr>"
    for file in files:
        name = f"<th scope=row>{escape(visible_text(file.name))}<br>{file.word}</th>"
        yield f"<tr>{name}{_fact(file.old, 'del')}{_fact(file.new, 'ins')}</tr>"
    yield "</table>"


def _fact(fact: FileFact | None, tag: str) -> str:
    if fact is None:
        return f"<td>{_NONE}</td>"
    return f"<td><{tag}>{fact.size} bytes</{tag}><br><code>SHA-256 {fact.sha256}</code></td>"


def _body(comparison: Comparison) -> Iterator[str]:
    """The changed text with a little around it; what did not change can be opened."""
    body = comparison.redline.body
    if all(block.is_same for block in body):
        return
    yield "<h2>Text</h2>"
    run: list[Block] = []
    for part in folded(body):
        if isinstance(part, Fold):
            yield from _blocks(run)
            run = []
            yield f"<details><summary>{escape(part.label)}</summary>"
            yield from _blocks(part.blocks)
            yield "</details>"
        else:
            run.append(part)
    yield from _blocks(run)


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    """Blocks in a row; those that are rows make a table."""
    for is_row, group in groupby(blocks, lambda block: block.shape is Shape.ROW):
        found = list(group)
        yield from _table(found) if is_row else map(_block, found)


def _block(block: Block) -> str:
    if block.shape is Shape.BLANK and block.is_same:
        return ""
    return f'<p class="block {block.shape.value} {_word(block)}" dir=auto>{_pieces(shown(block))}</p>'


def _word(block: Block) -> str:
    """What happened to a block, as a class of the style sheet."""
    return block.change.value if block.change else "changed"


def _table(table: Sequence[Block]) -> Iterator[str]:
    """Rows as a table; a row whose borders changed is shown as it is written."""
    head, rows = head_and_rows(table)
    width = max((len(found) for found in map(cells, (*head, *rows)) if found), default=1)
    yield "<table>"
    yield from (_row(row, "th", width) for row in head)
    yield from (_row(row, "td", width) for row in rows)
    yield "</table>"


def _row(row: Block, tag: str, width: int) -> str:
    found = cells(row)
    if found is None:
        content = f'<td class=line colspan="{width}">{_pieces(shown(row))}</td>'
    else:
        content = "".join(f"<{tag} dir=auto>{_pieces(cell)}</{tag}>" for cell in found)
    return f'<tr class="{_word(row)}">{content}</tr>'


def _pieces(parts: Iterable[Shown]) -> str:
    """Pieces as text, `<del>` and `<ins>`; those who listen are told which."""
    return "".join(
        _piece(change, "".join(map(_shown, group))) for change, group in groupby(parts, lambda part: part.change)
    )


def _piece(change: Change, html: str) -> str:
    if change is Change.SAME:
        return html
    tag, word = _TAGS[change]
    return f"<{tag}><span class=said>{word}</span>{html}</{tag}>"


def _shown(part: Shown) -> str:
    return f"<span class=mark>{escape(part.text)}</span>" if part.mark else escape(part.text)
