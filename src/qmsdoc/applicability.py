"""Which clauses apply: from the company's roles and facts, and from the properties of each device.

A clause of a regulation applies when it obliges a role that the company has and its conditions hold for at least
one device of that regulation. What nobody stated counts as possible. A standard's clause is asked of everyone;
where its conditions hold for no device, the quality manual may declare it not applicable (ISO 13485 clause 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qmsdoc.conditions import COMPANY_FACTS, DEVICE_FACTS, judge, together
from qmsdoc.lifecycle import State, simple_state

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from qmsdoc.catalog import Catalog, Clause
    from qmsdoc.conditions import Answer, Fact
    from qmsdoc.project import Document, Project

ANYBODY = "any person"
REPRESENTATIVE = "authorised representative"
PRRC = "person responsible for regulatory compliance"
SPONSOR, SPONSORS = "sponsor", "clinical_investigations"
_ACTIVE_RULES = frozenset({9, 10, 11, 12, 13, 22})  # rules of MDR Annex VIII for active devices


@dataclass(frozen=True, slots=True)
class Profile:
    """Who the company is and what it makes: its roles, its facts, and the facts of each device by id."""

    roles: frozenset[str]
    facts: Mapping[str, Fact]
    devices: Mapping[str, Mapping[str, Fact]]


@dataclass(frozen=True, slots=True)
class Applicability:
    """Whether a clause applies (None: a fact is missing, so it counts as applying), to which devices, and why."""

    applies: bool | None
    devices: tuple[str, ...] = ()
    because: str = ""


def profile(project: Project, today: date) -> Profile:
    """The profile of a project on a day: devices that have ended are left out."""
    company = project.config.company
    devices = {
        document.id: device_facts(document)
        for document in project.by_type.get("device", ())
        if simple_state(document, today) is not State.ENDED
    }
    facts: dict[str, Fact] = {name: company.facts.get(name) for name in COMPANY_FACTS}
    roles = {*company.roles, SPONSOR} if facts[SPONSORS] else company.roles
    return Profile(frozenset(roles), facts, devices)


def device_facts(device: Document) -> dict[str, Fact]:
    """The facts that a device entry states, and those that follow from them."""
    facts: dict[str, Fact] = {}
    for name in DEVICE_FACTS:
        value = device.fields.get(name)
        facts[name] = value if isinstance(value, bool) else None
    facts["class"] = device.text("risk_class") or None
    facts["rule"] = device.number("rule")
    if facts["class"] in {"I", "A"} and facts["sterile"]:
        facts["class"] = f"{facts['class']}s"
    elif facts["class"] == "I" and facts["measuring"]:
        facts["class"] = "Im"  # Ir has to be stated
    if facts["active"] is None and facts["class"] not in {None, "A", "As", "B", "C", "D"}:
        facts["active"] = True if facts["software"] or facts["rule"] in _ACTIVE_RULES else None
    return facts


def applicability(clause: Clause, catalog: Catalog, given: Profile) -> Applicability:
    """Whether a clause of a framework applies to a company, to which devices, and the facts this rests on."""
    chain = (clause, *catalog.ancestors(clause.ref))
    who = next((item.who for item in chain if item.who), ())
    usual = f"obliges the {' or '.join(who)}" if who else "always"
    mine = {name for name in who if _has(name, given.roles)}
    if who and not mine:
        if SPONSOR in who and "manufacturer" in given.roles and given.facts.get(SPONSORS) is None:
            return Applicability(None, (), f"{SPONSORS.replace('_', ' ')}: not stated")
        return Applicability(False, (), usual)
    wanted = [item.when for item in chain if item.when]
    devices = {name: facts for name, facts in given.devices.items() if _is_of(facts, catalog)}
    maker = mine <= {"manufacturer", PRRC}
    if catalog.classes and given.devices and not devices and mine and maker:
        return Applicability(False, (), f"no device of the {catalog.framework}")
    if not wanted:
        return Applicability(True, tuple(devices), usual)
    company = {**given.facts, "outside_union": True} if REPRESENTATIVE in mine else given.facts
    about = {name: {**company, **facts} for name, facts in devices.items()}
    if not about or (not maker and mine):  # who handles devices of others is asked about any device
        about[""] = dict(company)
    answers = {name: together([judge(when, facts) for when in wanted]) for name, facts in about.items()}
    for holds in (True, None):
        found = {name: answer for name, answer in answers.items() if answer.holds is holds}
        if found:
            told = _told(found) or usual
            return Applicability(holds, tuple(name for name in found if name), told)
    return Applicability(False, (), _told(answers))


def _is_of(facts: Mapping[str, Fact], catalog: Catalog) -> bool:
    """Whether a device is one of those that a framework is about."""
    return not catalog.classes or facts["class"] in catalog.classes or facts["class"] is None


def _has(name: str, roles: frozenset[str]) -> bool:
    """Whether a company of these roles is, or has, whom a clause obliges."""
    return name in roles or name == ANYBODY or (name == PRRC and "manufacturer" in roles)


def _told(answers: Mapping[str, Answer]) -> str:
    """The facts and the devices that have them: `class IIb, sterile (DEV-002, DEV-003)`."""
    by_facts: dict[str, list[str]] = {}
    for name, answer in answers.items():
        if answer.because:
            by_facts.setdefault(", ".join(dict.fromkeys(answer.because)), []).append(name)
    return "; ".join(
        f"{facts} ({', '.join(filter(None, names))})" if any(names) else facts for facts, names in by_facts.items()
    )
