"""An author's Markdown as safe HTML, cut at its headings.

Two walls stand between a document and the page: raw HTML is made text before the parser sees it, and nh3 drops
from the result all that is not on a short list. What is added between the two (links, images, alerts) rests on
the exact shape of the parser's output, which no document can imitate because its own tags are text by then.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape, unescape
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc import markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import nh3

    from qmsdoc.project import Document

TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "strong",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}
ATTRIBUTES = {
    "a": {"href", "title", "rel"},
    "div": {"id"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "span": {"title"},
}
ALERTS = ("note", "tip", "important", "warning", "caution")
CLASSES = {
    "code": {"language-mermaid"},
    "blockquote": {"qms-alert", *(f"qms-alert--{name}" for name in ALERTS)},
    "div": {"qms-footnote"},
    "p": {"qms-alert__title"},
    "span": {"qms-dead"},
    "td": {"qms-left", "qms-center", "qms-right"},
    "th": {"qms-left", "qms-center", "qms-right"},
}
SCHEMES = {"http", "https", "mailto"}

_box = re.compile(r'<input disabled="" type="checkbox"( checked="")?\s*/?>\n?')
_cell_end = re.compile(r"</t[dh]>")
_align = re.compile(r'<(t[dh]) style="text-align: (left|center|right)">')
_alert = re.compile(rf'<blockquote class="markdown-alert-({"|".join(ALERTS)})">')
_note_ref = re.compile(r'<sup class="footnote-reference"><a href="#([^"]*)">')
_note = re.compile(r'<div class="footnote-definition" id="([^"]*)"><sup class="footnote-definition-label">')
_anchor = re.compile(
    r'(?<!<sup class="footnote-reference">)<a href="([^"]*)"(?: title="([^"]*)")?>(.*?)</a>', re.DOTALL
)
_image = re.compile(r'<img src="([^"]*)" alt="([^"]*)"(?: title="([^"]*)")? />')
_mermaid = re.compile(r'<pre><code class="language-mermaid">(.*?)</code></pre>', re.DOTALL)
_long_text = re.compile(r">[^<>]{20000,}")
_ENTITIES = 5_000  # of one text
_flow = re.compile(r"<(/?)(blockquote|div|li|ol|ul|td|th)\b[^>]*>|<h([1-6])>(.*?)</h\3>\n?", re.DOTALL)


class Target(NamedTuple):
    """Where a link or image leads: `href` None makes it text, `title` says why or what it is."""

    href: str | None
    title: str = ""


class Section(NamedTuple):
    """A top-level heading (None before the first) and the HTML under it."""

    heading: markdown.Heading | None
    html: str


class Surroundings(NamedTuple):
    """What a body needs from outside: how links and images are resolved, and how diagrams are drawn."""

    link: Callable[[str], Target]
    image: Callable[[str], Target]
    diagram: Callable[[str, int], str]  # source and its number in the document → trusted HTML


def sections(text: str, document: Document, around: Surroundings) -> list[Section]:
    """The sections of a body; `document` was read from the same text."""
    safe = markdown.escape_html(text) if document.body.html else text
    # With raw HTML made text the parser may see headings that the block of HTML had hidden.
    headings = markdown.read_body(safe).headings if safe != text else document.body.headings
    html = _mermaid_figures(_cleaner().clean(_parted(_adapt(_to_html(safe), around))), around)
    return _split(html, headings)


def _to_html(text: str) -> str:
    import pyromark  # noqa: PLC0415 - loaded when the first page is made

    return pyromark.html(text, options=markdown.options())


def _adapt(html: str, around: Surroundings) -> str:
    """Replace what the site shows differently from the parser."""
    html = _box.sub(lambda match: "☒ " if match[1] else "☐ ", html)
    html = _cell_end.sub(r"\g<0> ", html)  # words of neighbouring cells are not one word for search
    html = _align.sub(r'<\1 class="qms-\2">', html)
    html = _alert.sub(
        lambda m: (
            f'<blockquote class="qms-alert qms-alert--{m[1]}"><p class="qms-alert__title">{m[1].capitalize()}</p>'
        ),
        html,
    )
    html = _image.sub(lambda match: _shown_image(match, around), html)
    html = _anchor.sub(lambda match: _shown_link(match, around), html)
    html = _note_ref.sub(r'<sup><a href="#note-\1">', html)
    return _note.sub(r'<div class="qms-footnote" id="note-\1"><sup>', html)


def _shown_link(match: re.Match[str], around: Surroundings) -> str:
    written, title, text = unescape(match[1]), match[2] or "", match[3]
    target = around.link(written)
    hint = title or escape(target.title)
    shown = f' title="{hint}"' if hint else ""
    if target.href is None:
        return f'<span class="qms-dead"{shown}>{text}</span>'
    rel = ' rel="noopener noreferrer"' if "://" in target.href else ""
    return f'<a href="{escape(target.href)}"{shown}{rel}>{text}</a>'


def _shown_image(match: re.Match[str], around: Surroundings) -> str:
    target = around.image(unescape(match[1]))
    alt = match[2]
    if target.href is None:
        return f'<span class="qms-dead" title="{escape(target.title)}">[{alt or "image"}]</span>'
    title = f' title="{match[3]}"' if match[3] else ""
    return f'<img src="{escape(target.href)}" alt="{alt}"{title}>'


def _parted(html: str) -> str:
    """Long texts with comments in between, which nh3 drops: for each entity it copies the text before it."""
    return _long_text.sub(lambda text: _commented(text[0]) if text[0].count("&") > _ENTITIES else text[0], html)


def _commented(text: str) -> str:
    pieces = text.split(";")
    starts = range(0, len(pieces), _ENTITIES)
    return ";<!---->".join(";".join(pieces[start : start + _ENTITIES]) for start in starts)


@cache
def _cleaner() -> nh3.Cleaner:
    import nh3  # noqa: PLC0415 - loaded when the first page is made

    return nh3.Cleaner(
        tags=TAGS, attributes=ATTRIBUTES, allowed_classes=CLASSES, url_schemes=SCHEMES, link_rel=None
    )


def _mermaid_figures(html: str, around: Surroundings) -> str:
    numbers = count()
    return _mermaid.sub(lambda match: around.diagram(unescape(match[1]), next(numbers)), html)


def _split(html: str, headings: Sequence[markdown.Heading]) -> list[Section]:
    """Cut at headings that stand in no list, quotation or note; the others get their anchor where they are."""
    found: list[Section] = []
    pieces: list[str] = []
    current: markdown.Heading | None = None
    depth = done = 0
    remaining = iter(headings)
    for match in _flow.finditer(html):
        if match[2]:
            depth += -1 if match[1] else 1
            continue
        heading = next(remaining)
        pieces.append(html[done : match.start()])
        done = match.end()
        if depth or not heading.anchor or not heading.text:
            anchor = f' id="{escape(heading.anchor)}"' if heading.anchor else ""
            pieces.append(f"<h{match[3]}{anchor}>{match[4]}</h{match[3]}>\n")
            continue
        found.append(Section(current, "".join(pieces)))
        pieces, current = [], heading
    found.append(Section(current, "".join([*pieces, html[done:]])))
    return found
