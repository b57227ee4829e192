"""A key points into a system that nobody declared.

**What.** `tracker:WT-812` names a system by the word before the colon; `[systems]` of `qmsdoc.toml` tells which
systems hold records.

**Why.** Records are identified, stored and retrieved where the procedure says (ISO 13485 4.2.5); software that
holds them is validated (ISO 13485 4.1.6).

**Wrong.** `evidence: ["jira:WT-812"]`, and `jira` is not declared

**Right.** `jira = "Development tracker"` below `[systems]`, or the key of a system that is declared
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.5", "ISO 13485 4.1.6"))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Keys of other systems, where the company has declared any."""
    systems = context.project.config.systems
    if not systems:
        return
    for key in document.type.external:
        for value, place in document.items_with_places(key):
            system = value.partition(":")[0]
            if system not in systems:
                hint = context.did_you_mean(document, system, systems)
                message = f"`{system}` is not a system of qmsdoc.toml"
                yield Problem(place, message, hint or "declare it below `[systems]` in qmsdoc.toml")
