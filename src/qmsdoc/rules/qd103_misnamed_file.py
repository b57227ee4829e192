"""The file name does not begin with the document's id.

**What.** `SOP-014-complaint-handling.md` holds `SOP-014`; what follows the id is free.

**Why.** People find documents by file name; a name that says another id shows them the wrong one
(ISO 13485 4.2.4 e)).

**Wrong.** `id: SOP-014` in `SOP-041-complaint-handling.md`

**Right.** `id: SOP-014` in `SOP-014-complaint-handling.md`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 e)",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """A name that does not begin with the id; a duplicate id is QD102's."""
    name = document.path.rpartition("/")[2].removesuffix(".md")
    if "id" not in document.fields or context.project.by_id[document.id] is not document:
        return
    rest = name.removeprefix(document.id)
    if not name.startswith(document.id) or rest[:1].isalnum():
        yield Problem(
            document.at("id"),
            f"the file is named `{name}.md` and holds `{document.id}`",
            f"name it `{document.id}-….md`",
        )
