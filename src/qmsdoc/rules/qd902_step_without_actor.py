"""A numbered step that does not say who does it.

**What.** An item of a numbered list in a procedure or work instruction that names no role of `trust/people.toml`,
by its key or its title, where no paragraph of its section does. Off by itself: `--select QD902`, or
`[rules.QD902]` in `qmsdoc.toml`.

**Why.** Responsibilities and authorities are defined (ISO 13485 5.5.1); what somebody should do, nobody does.

**Wrong.** `1. The complaint is assessed.`

**Right.** `1. Customer support assesses the complaint.`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, Severity.INFO, clauses=("ISO 13485 5.5.1",), standard=False)

EVERYBODY = ("everybody", "everyone", "each person", "who ", "whoever", "nobody", "author", "owner")


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Steps without a role, and without a word for everybody."""
    if document.type.name not in {"sop", "work-instruction"}:
        return
    roles = context.project.people.roles
    names = {name.lower() for key, title in roles.items() for name in (key.replace("-", " "), key, title)}
    said = {
        sentence: any(name in sentence.text.lower() for name in (*names, *EVERYBODY))
        for sentence in document.sentences
    }
    told = {sentence.section for sentence, names_one in said.items() if names_one and not sentence.step}
    for sentence, names_one in said.items():
        if sentence.step and not names_one and sentence.section not in told:
            place = document.within(sentence.spans[0])
            yield Problem(place, "this step does not say who does it", "name the role")
