"""Whether a quality manual may leave a clause out (ISO 13485 clause 1 and 4.2.2; MDR and IVDR Art. 10).

*Not applicable* is for clauses 6, 7 and 8, by the activities of the organisation or the nature of its devices;
*excluded* is for 7.3, where regulation permits it. What a regulation asks can only be left out where the facts say
that it does not apply. Neither stands against a fact about a device, nor against what
the regulations ask of every manufacturer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.applicability import applicability
from qmsdoc.crosswalk import crosswalk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.applicability import Profile
    from qmsdoc.catalog import Catalog, Clause
    from qmsdoc.project import Project

ISO = "ISO 13485"


def may_omit(clause: Clause, catalog: Catalog) -> tuple[str, ...]:
    """What a quality manual may declare of a clause: the nearest statement of the catalogue upwards."""
    return next((item.omit for item in (clause, *catalog.ancestors(clause.ref)) if item.omit), ())


def objection(clause: Clause, which: str, project: Project, given: Profile) -> str:
    """Why a clause may not be declared `excluded` or `not applicable`; empty where nothing speaks against it."""
    catalog = project.catalogs[clause.framework]
    regulation = catalog.component == "regulation"
    if any(item.omit for item in catalog.clauses.values()):
        allowed = may_omit(clause, catalog)
        if not allowed:
            return f"{clause.framework} {clause.ref} is asked of every organisation"
        if which not in allowed:
            return f"{clause.framework} {clause.ref} may be declared {' or '.join(allowed)}, not {which}"
    return _needed(clause, catalog, project, given) or _fact(clause, catalog, given, always=regulation)


def _needed(clause: Clause, catalog: Catalog, project: Project, given: Profile) -> str:
    """The duty of every manufacturer that a clause answers, or that one of the clauses below it does."""
    if clause.framework != ISO or "manufacturer" not in given.roles:
        return ""
    above = {clause.ref, *(item.ref for item in catalog.ancestors(clause.ref))}
    below = {item.ref for item in catalog.below(clause.ref)}
    for regulation in ("MDR", "IVDR"):
        if regulation not in project.catalogs or not _makes_devices(regulation, project, given):
            continue
        for match in crosswalk().matches:
            for needed in match.needed:
                if match.refs(regulation) and (needed in above or needed in below):
                    return f"{regulation} {match.refs(regulation)[0]} asks it of every manufacturer: {match.asks}"
    return ""


def _makes_devices(regulation: str, project: Project, given: Profile) -> bool:
    """Whether the company makes devices of a regulation; without any device entry, it is taken that it does."""
    classes = project.catalogs[regulation].classes
    return not given.devices or any(facts["class"] in classes for facts in given.devices.values())


def _fact(clause: Clause, catalog: Catalog, given: Profile, *, always: bool) -> str:
    """The property of a device, or the activity of the company, for which a clause applies.

    always: clauses without conditions apply too; a regulation lets nobody leave out what it asks.
    """
    for item in _self_and_below(clause, catalog):
        conditional = any(found.when for found in (item, *catalog.ancestors(item.ref)))
        answer = applicability(item, catalog, given)
        if item.unit and (conditional or always) and answer.applies:
            return f"{clause.framework} {item.ref} applies: {answer.because}"
    return ""


def _self_and_below(clause: Clause, catalog: Catalog) -> Iterator[Clause]:
    yield clause
    yield from catalog.below(clause.ref)
