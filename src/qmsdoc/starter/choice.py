"""Which documents of the model QMS a company starts with.

What names the example's devices, suppliers, records or people belongs to the example. Of the rest, a document is
left out where most of what it answers is not asked of the company, and procedures that stay answer the rest too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qmsdoc.applicability import applicability
from qmsdoc.catalog import nearest_listed
from qmsdoc.citation import CitationError, read_citations
from qmsdoc.omission import ISO, objection
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from qmsdoc.applicability import Profile
    from qmsdoc.project import Document, Project
    from qmsdoc.starter.model import Model

# Types that say how the company works; what they refer to of the example is only a reference.
GENERAL = frozenset({"manual", "policy", "sop", "work-instruction", "form"})
OF_DEVICES = "sops/devices/"
# Who makes devices is asked for design; an importer or a distributor is not.
MAKERS = frozenset({"manufacturer", "system or procedure pack producer", "reprocessor", "health institution"})
DESIGN = "7.3"
MOST = 2  # twice as much that is not asked as what is
OBJECTIVES = "ISO 13485 5.4.1"
LOOSE = frozenset({"references", "interfaces"})  # lists of ids that can lose one
_LOOSE = LOOSE | {"supersedes", "translation_of"}


def generic(model: Model) -> list[Document]:
    """The controlled documents that are about no device, supplier, record or person of the example."""
    project = model.project
    controlled = [d for d in project.documents if d.type.kind is Kind.CONTROLLED]
    names = re.compile(rf"\b(?:{'|'.join(map(re.escape, project.people.persons)) or '(?!)'})\b")
    ours = {d.id: d for d in controlled if not _of_example(d, project, model.text(d.path), names)}
    while lost := [d for d in ours.values() if _needs(d) - ours.keys()]:
        for document in lost:
            del ours[document.id]
    return list(ours.values())


def objectives(model: Model) -> list[Document]:
    """The plans of quality objectives, whose contents are begun anew."""
    plans = model.project.by_type.get("plan", ())
    return [d for d in plans if any(claim.startswith(OBJECTIVES) for claim in d.items("satisfies"))]


def _of_example(document: Document, project: Project, text: str, names: re.Pattern[str]) -> bool:
    if document.path.startswith(OF_DEVICES) or any(document.named("person")):
        return True
    if document.type.name in GENERAL:
        return False
    return names.search(text) is not None or any(_is_event(i, project) for i, _ in document.named("document"))


def _is_event(document_id: str, project: Project) -> bool:
    """Whether an id is that of a record or of an entry of a register."""
    prefixes = {item.prefix for item in project.types.values() if item.kind is not Kind.CONTROLLED}
    return document_id.rpartition("-")[0] in prefixes


def _needs(document: Document) -> set[str]:
    """What a document names otherwise than as a reference: without it, it is about nothing."""
    named = (key for key, kind in document.type.refers.items() if kind == "document" and key not in _LOOSE)
    return {document_id for key in named for document_id, _ in document.items_with_places(key)}


def applying(documents: Iterable[Document], project: Project, given: Profile) -> list[Document]:
    """The documents that a company of this profile needs; `project` has its frameworks."""
    documents = list(documents)
    asked = {d.id: _asked(d, project, given) for d in documents}
    kept = {d.id for d in documents}
    for document in documents:
        wanted, unwanted = asked[document.id]
        procedures = {d.id for d in documents if d.type.name in GENERAL and d.id in kept} - {document.id}
        others = {claim for other in procedures for claim in asked[other][0]}
        if len(unwanted) > MOST * len(wanted) and wanted <= others:
            kept.discard(document.id)
    return _with_procedure([d for d in documents if d.id in kept], documents)


def _with_procedure(kept: list[Document], documents: Iterable[Document]) -> list[Document]:
    """Without the forms that only procedures name which are left out."""
    by_kept = _referred(kept)
    by_any = _referred(d for d in documents if d.type.name != "form")
    return [d for d in kept if d.type.name != "form" or d.id in by_kept or d.id not in by_any]


def _referred(documents: Iterable[Document]) -> AbstractSet[str]:
    return {name for d in documents if d.type.name != "form" for name in d.items("references")}


def _asked(document: Document, project: Project, given: Profile) -> tuple[set[str], set[str]]:
    """The clauses that a document answers: those asked of the company, and those that are not.

    The company's own goals are asked by nobody else, so they keep no document in the QMS and drop none.
    """
    wanted: set[str] = set()
    unwanted: set[str] = set()
    for claim in document.items("satisfies"):
        try:
            cited = read_citations(claim, project.catalogs)
        except CitationError:  # of a framework that the company does not work to
            continue
        for citation in cited:
            if project.catalogs[citation.framework].component == "own":
                continue
            name = f"{citation.framework} {citation.ref}"
            (wanted if is_asked(citation.framework, citation.ref, project, given) else unwanted).add(name)
    return wanted, unwanted


def is_asked(framework: str, ref: str, project: Project, given: Profile) -> bool:
    """Whether a clause is asked of the company; what nobody stated counts as asked."""
    catalog = project.catalogs[framework]
    clause = catalog.clauses.get(nearest_listed(catalog, ref))
    if clause is None:
        return True
    if framework == ISO and not MAKERS & given.roles:
        above = {clause.ref, *(item.ref for item in catalog.ancestors(clause.ref))}
        if DESIGN in above:
            return bool(objection(catalog.clauses[DESIGN], "not applicable", project, given))
    units = [item for item in (clause, *catalog.below(clause.ref)) if item.unit] or [clause]
    return any(applicability(item, catalog, given).applies is not False for item in units)
