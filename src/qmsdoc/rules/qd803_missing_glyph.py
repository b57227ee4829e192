"""A character that no font of the PDFs has.

**What.** The fonts that come with the tool have Latin, Greek and Cyrillic letters, arrows, mathematical signs and
check boxes. Other scripts and most emoji they do not have.

**Why.** In a PDF such a character would be an empty box; PDF/A refuses to archive it (ISO 13485 4.2.4 e)).

**Wrong.** `🩺 examined`

**Right.** `examined`
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

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 e)",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Each such character once, where it first stands."""
    for character, span in document.characters.items():
        if not glyphs.has(character):
            name = unicodedata.name(character, "unnamed").lower()
            message = f"no font of the PDFs has U+{ord(character):04X} ({name})"
            yield Problem(document.within(span), message, "use another character, or words")
