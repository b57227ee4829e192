"""The gate of the built site: no page asks another host for anything, and no document brought a script along.

Only after that is each page sealed with a content security policy that allows its own files and the inline
scripts of the theme by their hashes. Scripts of the theme are not searched for addresses: they come with the
pinned engine, and one that they hold (Mermaid) is used only where an element asks for it, which is refused here.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_INSIDE = r"(?:[^>\"']|\"[^\"]*\"|'[^']*')*"  # of a tag; quoted values are skipped whole, so text can not mislead
_tag = re.compile(
    r"<(audio|base|embed|form|frame|iframe|image|img|input|link|meta|object|script|source|track|use|video)\b"
    rf"({_INSIDE})>",
    re.IGNORECASE,
)
_address = re.compile(
    r"\b(?:src|srcset|href|xlink:href|data|poster|action|formaction|content)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))",
    re.IGNORECASE,
)
_elsewhere = re.compile(r"(?:^|[\s,;=])((?!data:)(?:[a-z][a-z0-9+.-]*:)?[\\/]{2}[^\s,]+)", re.IGNORECASE)
_not_fetched = re.compile(r"\brel=[\"']?canonical\b|\b(?:name|property)=[\"']?(?:description|author)\b")
_css = re.compile(r"(?:url\(|@import)\s*(?:[\"']\s*)?((?:[a-z][a-z0-9+.-]*:)?//[^\s\"')]+)", re.IGNORECASE)
_style = re.compile(
    rf"<style\b.*?</style>|<[a-z]{_INSIDE}?\sstyle=(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE | re.DOTALL
)
_mermaid = re.compile(rf"<[a-z]{_INSIDE}?\sclass=[\"'](?:[^\"']*\s)?mermaid[\s\"']")
_active = re.compile(
    rf"<script\b|<[a-z]{_INSIDE}?\s(?:on[a-z]+\s*=|(?:href|src)\s*=\s*[\"']?\s*(?:javascript|vbscript|data):)",
    re.IGNORECASE,
)
_handler = re.compile(r"\son[a-z]+\s*=", re.IGNORECASE)
_inline = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>(.*?)</script>", re.DOTALL)
_active_xml = re.compile(
    r"<(?:\w+:)?script|\son[a-z]+\s*=|javascript:|<(?:\w+:)?foreignObject|<!ENTITY|<\?xml-stylesheet|www\.w3\.org/1999/xhtml",
    re.IGNORECASE,
)
_xml_address = re.compile(r"(?:href|src)\s*=\s*[\"']\s*((?:[a-z][a-z0-9+.-]*:)?//[^\"']+)", re.IGNORECASE)
CHARSET = '<meta charset="utf-8">'


class Finding(NamedTuple):
    """What the gate refuses: the page and the piece that offends."""

    page: str
    what: str

    def __str__(self) -> str:
        """As one line."""
        return f"{self.page}: {self.what}"


def inspect(site: Path) -> list[Finding]:
    """Search every built file that a browser reads for what must not be there; the theme's scripts are trusted."""
    found: list[Finding] = []
    for path in sorted(site.rglob("*")):
        scan = _SCANS.get(path.suffix.lower())
        if scan and path.is_file():
            name = path.relative_to(site).as_posix()
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [Finding(name, what) for what in scan(text)]
    return found


def _scan_html(text: str) -> Iterator[str]:
    """Cheap signs come first: the exact searches are slow, and most pages need none of them."""
    lower = text.lower()
    for tag in _tag.finditer(text):
        if not _not_fetched.search(tag[2]):
            for address in _address.finditer(tag[2]):
                for url in _elsewhere.findall(unescape(address[1] or address[2] or address[3] or "")):
                    yield f"<{tag[1].lower()}> asks another host: {url}"
    if lower.count("url(") > lower.count("new url(") or "@import" in lower:  # `new URL(` is in the theme's scripts
        for style in _style.findall(text):
            yield from _scan_css(style)
    if "mermaid" in lower and _mermaid.search(text):
        yield 'an element of class "mermaid" makes the theme load Mermaid from another host'
    article = text[text.find("<article") : text.rfind("</article>")]
    if any(sign in article.lower() for sign in ("<script", "script:", "data:")) or _handler.search(article):
        yield from (f"active content in the text: {match[0][:60]}" for match in _active.finditer(article))


def _scan_css(text: str) -> Iterator[str]:
    yield from (f"a style asks another host: {url}" for url in _css.findall(text))


def active_in_xml(text: str) -> Iterator[str]:
    """What would run, or ask another host, if a browser opened this XML or SVG."""
    if "\0" in text:
        yield "it is not UTF-8"
    yield from (f"active content: {match[0][:60].strip()}" for match in _active_xml.finditer(text))
    yield from (f"asks another host: {url}" for url in _xml_address.findall(text))
    yield from _scan_css(text)


_SCANS = {".html": _scan_html, ".css": _scan_css, ".svg": active_in_xml, ".xml": active_in_xml}


def seal(site: Path) -> None:
    """Give each page its content security policy."""
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace(CHARSET, CHARSET + _policy(tuple(_inline.findall(text))), 1), encoding="utf-8", newline=""
        )


@lru_cache(maxsize=64)
def _policy(scripts: tuple[str, ...]) -> str:
    """`file:` stands beside `'self'` because browsers differ in what a page opened from a disk calls itself."""
    own = "'self' file:"
    hashes = " ".join(sorted({f"'sha256-{_hash(script)}'" for script in scripts}))
    rules = (
        "default-src 'none'",
        f"script-src {own} {hashes}".rstrip(),
        f"style-src {own} 'unsafe-inline'",
        f"img-src {own} data:",
        f"font-src {own} data:",
        f"connect-src {own}",
        f"worker-src {own}",
        f"frame-src {own}",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}">'


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
