"""A controlled document to which nothing leads.

**What.** No other document names it or links to it. Looked for where there is a quality manual, from which
everything else is reached; a draft that nobody has signed may still stand alone.

**Why.** The manual shows the structure of the documentation and names the procedures or refers to them
(ISO 13485 4.2.2 b), c)); what nobody is led to is not read.

**Right.** Name it in `references` of the procedure that uses it, link to it, or withdraw it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.lifecycle import State
from qmsdoc.rule import Context, Rule
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

rule = Rule(__name__, Severity.WARNING, clauses=("ISO 13485 4.2.2",))

_TOP = {"manual", "policy"}  # nothing need lead to them
_GONE = {State.DRAFT, State.SUPERSEDED, State.WITHDRAWN}


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """Controlled documents that no other document names, where a manual is there to lead to them."""
    project = context.project
    if not project.by_type.get("manual"):
        return
    reached = set()
    for document in project.documents:
        reached |= {name for name, _ in document.named("document") if name != document.id}
        for target in document.targets:
            known = project.by_path.get(target.path) if target else None
            if known and known is not document:
                reached.add(known.id)
    for document in project.documents:
        alone = document.type.kind is Kind.CONTROLLED and document.type.name not in _TOP
        if alone and document.id not in reached and context.status(document).state not in _GONE:
            yield Problem(document.at("id"), f"nothing leads to {document.id}", "name it where it is used")
