"""A document does not lie in the folder of its type, or its id has another type's prefix.

**What.** Each type has a folder (below which you may have folders of your own) and an id prefix.

**Why.** Records and procedures have different rules of retention and change; where a file lies tells people
which (ISO 13485 4.2.4, 4.2.5).

**Wrong.** `type: capa` in `sops/CAPA-003-seal.md`

**Right.** `records/capa/CAPA-003-seal.md`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4", "ISO 13485 4.2.5"))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Folder and prefix of the type."""
    wanted = document.type
    if not document.path.startswith(f"{wanted.folder}/"):
        yield Problem(
            document.at("type"),
            f"documents of type `{wanted.name}` do not lie here",
            f"move the file to `{wanted.folder}/`",
        )
    if "id" in document.fields and not document.id.startswith(f"{wanted.prefix}-"):
        yield Problem(document.at("id"), f"ids of type `{wanted.name}` begin with `{wanted.prefix}-`")
