"""A document's text as the person reads it before signing; links lead nowhere, pictures come from its files."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from qmsdoc import links
from qmsdoc.pages.body import Surroundings, Target, sections

if TYPE_CHECKING:
    from qmsdoc.project import Document

SHOWN = (".png", ".jpg", ".jpeg", ".gif", ".webp")


def readable(text: str, document: Document, here: str) -> str:
    """Safe HTML of a body; `here` is the address below which its files are, by number."""
    files = {file.path: number for number, file in enumerate(document.attachments)}

    def link(written: str) -> Target:
        return Target(None, written)

    def image(written: str) -> Target:
        found = links.resolve(document.path, written)
        if found is None or found.path not in files or not found.path.lower().endswith(SHOWN):
            return Target(None, written)
        return Target(f"{here}/file/{files[found.path]}")

    def diagram(source: str, number: int) -> str:  # noqa: ARG001 - what pages ask for
        return f"<pre><code>{escape(source)}</code></pre>"

    found = sections(text, document, Surroundings(link, image, diagram))
    return "\n".join(
        (
            f"<h{min(level + 2, 6)}>{escape(section.heading.text)}</h{min(level + 2, 6)}>\n"
            if section.heading
            else ""
        )
        + section.html
        for section in found
        for level in (section.heading.level if section.heading else 1,)
    )
