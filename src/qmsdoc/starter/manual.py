"""What the quality manual says of the company itself: its scope, and what it leaves out (ISO 13485 4.2.2 a))."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qmsdoc.applicability import applicability
from qmsdoc.citation import CitationError, read_citation
from qmsdoc.omission import ISO, objection
from qmsdoc.starter.choice import DESIGN, MAKERS
from qmsdoc.starter.phrases import (
    NO_DEVICE,
    NO_ROLE,
    NOT_DONE,
    ROLE_OF_LAW,
    devices_in_words,
    framework_in_words,
    listed,
    literal,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.applicability import Profile
    from qmsdoc.catalog import Catalog, Clause
    from qmsdoc.project import Document, Project
    from qmsdoc.starter.answers import Answers

SCOPE, TABLE = "Scope", "exclusions"
_terms = re.compile(r"(?P<no>not |unless )?(?P<fact>[a-z_]+)(?P<values>(?: (?!and\b)[A-Za-z]+)*)")


def rewritten(manual: Document, body: str, answers: Answers, project: Project, given: Profile) -> str:
    """The manual's text with the scope and the table of what is left out of this company."""
    (table,) = (table for table in manual.type.tables if table.field == TABLE)
    body = _section(body, SCOPE, scope(answers))
    rows = [*_of_standards(project, given), *_of_regulations(manual, project, given)]
    return _section(body, table.heading, _omitted(rows))


def _section(body: str, heading: str, text: str) -> str:
    """A body in which a section of the second level has another text."""
    pattern = rf"^## {re.escape(heading)}[^\S\n]*\n.*?(?=^## |\Z)"
    return re.sub(pattern, lambda _: f"## {heading}\n\n{text}\n", body, count=1, flags=re.MULTILINE | re.DOTALL)


def scope(answers: Answers) -> str:
    """Who the company is under the law, what it makes, what it does, and what it works to."""
    law = [name for name in ("MDR", "IVDR") if name in answers.frameworks]
    where = {True: " It is established outside the Union.", False: " It is established in the Union."}
    place = where.get(answers.facts["outside_union"]) if "outside_union" in answers.facts else ""
    roles = listed([f"{role} ({ROLE_OF_LAW[role, law[0]]})" if law else role for role in answers.roles])
    done = [NOT_DONE[fact].done for fact, is_so in answers.facts.items() if is_so and fact in NOT_DONE]
    also = f" The company also {listed(done)}." if done else ""
    frameworks = listed([framework_in_words(name, edition) for name, edition in answers.frameworks.items()])
    system = (
        "They are one system: each procedure names the requirements it answers and the section that does, and "
        "`qmsdoc coverage` computes from these claims what each of them asks, who answers it and what is missing."
    )
    points = [
        f"**Company and regulatory role.** {literal(answers.name)} acts as {roles}.{place}",
        f"**Devices.** {devices_in_words(answers.devices)} The register of devices is in `records/devices/`.",
        f"**Activities.** All processes of the table *Processes and their interaction*.{also}",
        f"**Requirements.** {frameworks}. {system}",
    ]
    return "\n".join(f"{number}. {point}" for number, point in enumerate(points, 1)) + "\n"


def _omitted(rows: list[tuple[str, str]]) -> str:
    after = (
        "Every other clause is applied. If a new device or activity changes one of these reasons, the change "
        "record brings this table up to date before work on it begins.\n"
    )
    lines = [f"| {clause} | not applicable | {reason} |\n" for clause, reason in rows] or ["| None. | | |\n"]
    return f"| Clause | Status | Justification |\n|---|---|---|\n{''.join(lines)}\n{after}"


def _of_standards(project: Project, given: Profile) -> Iterator[tuple[str, str]]:
    """Clauses of the standard that the company may leave out by what it stated."""
    if ISO not in project.catalogs:
        return
    catalog = project.catalogs[ISO]
    for clause in catalog.clauses.values():
        if clause.ref == DESIGN and not MAKERS & given.roles:
            reason = "The company neither designs nor develops devices; their manufacturers do"
        elif clause.when and not _may_apply(clause, catalog, given):
            reason = _reason(clause, catalog, given)
        else:
            continue
        if reason and not objection(clause, "not applicable", project, given):
            yield f"{ISO} {clause.ref}", reason


def _of_regulations(manual: Document, project: Project, given: Profile) -> Iterator[tuple[str, str]]:
    """Those of the model's rows about a regulation that fit the company, with its own reasons."""
    for row in manual.tables.get(TABLE, ()):
        text = str(row.values.get("clause"))
        try:
            cited = read_citation(text, project.catalogs)
        except CitationError:  # of a framework that the company does not work to
            continue
        catalog = project.catalogs[cited.framework]
        clause = catalog.clauses.get(cited.ref)
        if cited.framework == ISO or clause is None or _may_apply(clause, catalog, given):
            continue
        if (reason := _reason(clause, catalog, given)) and not objection(clause, "not applicable", project, given):
            yield text, reason


def _may_apply(clause: Clause, catalog: Catalog, given: Profile) -> bool:
    """Whether a clause, or one below it, applies or could apply."""
    units = [item for item in (clause, *catalog.below(clause.ref)) if item.unit]
    return any(applicability(item, catalog, given).applies is not False for item in units)


def _reason(clause: Clause, catalog: Catalog, given: Profile) -> str:
    """In plain words what the company or its devices are not; empty where no words are known for it."""
    items = [*catalog.ancestors(clause.ref), clause, *catalog.below(clause.ref)]
    who = {role for item in items for role in item.who}
    if who and not who & given.roles:
        reasons = [text for role, text in NO_ROLE.items() if role in who]
    else:
        terms = [term for item in items for condition in item.when for term in _positive(condition)]
        reasons = [_false(term["fact"], term["values"].split(), given) for term in terms]
    found = list(dict.fromkeys(filter(None, reasons)))
    return "; ".join([found[0], *(part[0].lower() + part[1:] for part in found[1:])]) if found else ""


def _positive(condition: str) -> list[re.Match[str]]:
    """The parts of a condition that ask for something to be there."""
    parts = (_terms.fullmatch(part) for part in condition.split(" and "))
    return [match for match in parts if match and not match["no"]]


def _false(fact: str, values: list[str], given: Profile) -> str:
    """What to say of a fact that holds for nothing here; empty where it does hold, or is not stated."""
    if fact in NOT_DONE:
        return NOT_DONE[fact].not_done if given.facts.get(fact) is False else ""
    if not given.devices:
        return ""
    stated = [facts.get(fact) for facts in given.devices.values()]
    if fact == "class":
        return (
            ""
            if {str(value) for value in stated} & {*values, "None"}
            else f"No device is of class {listed(values, 'or')}"
        )
    return NO_DEVICE.get(fact, "") if all(value is False for value in stated) else ""
