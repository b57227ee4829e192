"""A character that nobody sees.

**What.** Zero-width characters, soft hyphens, marks that turn the direction of writing, variation selectors, line
separators, and blanks that are none. Spaces that do not break (U+00A0, U+202F) are allowed. What no font has is
QD803's.

**Why.** Two texts that look the same would be different texts, and a line could show its words in another order
than the one that is signed. Documents must remain legible and readily identifiable (ISO 13485 4.2.4 e)).

**Wrong.** `Do not` and a zero-width space before `release`, so that no search finds the words

**Right.** The same words with plain spaces
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from qmsdoc import glyphs
from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 e)",), waivable=False)

_CATEGORIES = {"Cc", "Cf", "Zl", "Zp"}
_OTHERS = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10)}


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Each such character once, where it first stands; a value that is refused anyway is passed over."""
    refused = {document.at(key).line for key in document.invalid if key in document.places}
    for character, span in document.characters.items():
        unseen = unicodedata.category(character) in _CATEGORIES or ord(character) in _OTHERS
        if unseen and glyphs.has(character) and span.line not in refused:
            name = unicodedata.name(character, "a control character").lower()
            message = f"nobody sees U+{ord(character):04X} ({name}), which stands here"
            yield Problem(
                document.within(span), message, "remove it; in an editor, delete and type the word again"
            )
