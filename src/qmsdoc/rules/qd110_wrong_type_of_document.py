"""A reference to a document of another type than the key names.

**What.** `devices` names devices, `capa` a CAPA, `supplier` an entry of the supplier register; the id is known,
but it is something else. Keys that may name any document, such as `references`, are not looked at.

**Why.** A record is traced to what it is about by these keys (ISO 13485 4.2.5, 7.5.9.1); views and clocks follow
them.

**Wrong.** `devices: [RSK-002]`

**Right.** `devices: [DEV-002]`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.5",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Ids whose document has a type that the key cannot name."""
    for wanted, place, types in document.named_with_types():
        found = context.project.by_id.get(wanted)
        if found and found.type.name not in types:
            kinds = " or ".join(f"`{name}`" for name in types)
            yield Problem(
                place, f"`{wanted}` is of type `{found.type.name}`; here a document of type {kinds} is named"
            )
