"""Conditions: the facts about a company or a device under which a clause applies.

A condition is a short text: `sterile`, `not custom_made`, `unless legacy`, `class IIb III`, `rule 11 22`,
`implantable and class III`. A clause applies when one of its conditions holds. A fact that nobody stated is
neither true nor false: the clause then counts as applying until somebody says otherwise, and the answer names it.
`unless` is `not` for what is rare: where nobody states it, it is taken as not so, and only an exception is told.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Fact = bool | str | int | None

DEVICE_FACTS = {
    "implantable": "implantable device (MDR Art. 2(5))",
    "sterile": "placed on the market sterile",
    "software": "is or contains software",
    "measuring": "has a measuring function",
    "reusable": "reusable surgical instrument, or reprocessed by the user",
    "custom_made": "custom-made device (MDR Art. 2(3))",
    "contact_lens": "contact lens with a Master UDI-DI (MDR Annex VI Part C 6.6)",
    "legacy": "on the market under MDR Art. 120 or IVDR Art. 110 (directive certificate or declaration)",
    "designed_in_house": "designed and developed by the company itself",
    "active": "active device (MDR Art. 2(4)); software always is",
    "connected_to_active": "meant to be connected to an active device",
    "energy_source": "connected to or equipped with an energy source",
    "diagnostic": "has a diagnostic function",
    "medicinal_substance": "holds a substance that is a medicinal product if used separately (MDR Art. 1(8))",
    "absorbed_substance": "made of substances that the body absorbs or that disperse locally in it",
    "biological_material": "made with tissues, cells or substances of human, animal or other biological origin",
    "radiation": "meant to emit radiation, or emits it",
    "lay_users": "meant to be used by lay persons",
    "no_medical_purpose": "product of MDR Annex XVI",
    "single_use": "meant for one use (MDR Art. 2(8))",
    "configurable": "configurable device (MDR Annex VI Part C 6.4)",
    "machinery": "also machinery (Directive 2006/42/EC)",
    "dual_purpose": "has both a medical and a non-medical purpose (MDR Art. 1(3))",
    "quality_system_assessment": "conformity assessed by MDR Annex IX or IVDR Annex IX",
    "type_examination": "conformity assessed with MDR Annex X or IVDR Annex X",
    "product_conformity": "conformity assessed with MDR Annex XI or IVDR Annex XI",
    "self_testing": "IVD for self-testing (IVDR Art. 2(5))",
    "near_patient": "IVD for near-patient testing (IVDR Art. 2(6))",
    "companion_diagnostic": "companion diagnostic (IVDR Art. 2(7))",
}
COMPANY_FACTS = {
    "outside_union": "the manufacturer has no registered place of business in the Union",
    "small_enterprise": "micro or small enterprise (Recommendation 2003/361/EC)",
    "clinical_investigations": "sponsors clinical investigations or performance studies of its devices",
    "distance_sales": "offers devices or services with them at a distance",
    "installation": "installs devices",
    "servicing": "services devices",
    "customer_property": "holds property of customers",
    "clean_rooms": "makes product in a controlled environment, or product contaminates easily",
    "own_brand": "sells devices of another manufacturer under its own name (MDR Art. 16)",
    "changes_purpose": "changes the intended purpose of devices of others (MDR Art. 16(1)(b))",
    "modifies_devices": "modifies devices of others (MDR Art. 16(1)(c))",
    "relabels": "translates, repackages or relabels devices of others (MDR Art. 16(2))",
    "subcontracts_design_or_manufacture": "devices are designed or made by another person (MDR Art. 10(15))",
}
ROLES = (
    "manufacturer",
    "authorised representative",
    "importer",
    "distributor",
    "sponsor",
    "system or procedure pack producer",
    "reprocessor",
    "health institution",
)
OTHERS = (
    "any person",
    "person responsible for regulatory compliance",
    "notified body",
    "competent authority",
    "Commission",
    "Member State",
)
WHO = frozenset({*ROLES, *OTHERS})
CLASSES = {
    "MDR": ("I", "Is", "Im", "Ir", "IIa", "IIb", "III"),
    "IVDR": ("A", "As", "B", "C", "D"),
}
_known_classes = frozenset(name for names in CLASSES.values() for name in names)
_term = re.compile(r"(?P<no>not |unless )?(?P<fact>[a-z_]+)(?P<values>(?: [A-Za-z0-9]+)*)")


class Answer(NamedTuple):
    """Whether a condition holds: True, False, or None where a fact is missing; and the facts it rests on."""

    holds: bool | None
    because: tuple[str, ...]


class _Term(NamedTuple):
    fact: str
    values: tuple[str, ...]
    negated: bool
    rare: bool = False


def check(condition: str) -> None:
    """Raise ValueError in plain words for a condition that cannot be read."""
    _read(condition)


def judge(conditions: Sequence[str], facts: Mapping[str, Fact]) -> Answer:
    """Whether one of the conditions holds for these facts; without conditions, always."""
    if not conditions:
        return Answer(True, ())
    answers = [together([_one(term, facts) for term in _read(condition)]) for condition in conditions]
    for wanted in (True, None):
        found = [answer for answer in answers if answer.holds is wanted]
        if found:
            return found[0]
    return Answer(False, tuple(dict.fromkeys(fact for answer in answers for fact in answer.because)))


def together(answers: Sequence[Answer]) -> Answer:
    """Whether all of several conditions hold: one false is enough against it, then one that is unknown."""
    for wanted in (False, None):
        found = [answer for answer in answers if answer.holds is wanted]
        if found:
            return Answer(wanted, tuple(fact for answer in found for fact in answer.because))
    return Answer(True, tuple(fact for answer in answers for fact in answer.because))


def _one(term: _Term, facts: Mapping[str, Fact]) -> Answer:
    name = term.fact.replace("_", " ")
    value = facts.get(term.fact)
    if term.rare and not value:
        return Answer(True, ())
    if value is None:
        return Answer(None, (f"{name}: not stated",))
    if term.values:
        return Answer((str(value) in term.values) is not term.negated, (f"{name} {value}",))
    return Answer(bool(value) is not term.negated, (name if value else f"not {name}",))


@lru_cache(maxsize=1024)
def _read(condition: str) -> tuple[_Term, ...]:
    return tuple(_read_term(part, condition) for part in condition.split(" and "))


def _read_term(text: str, condition: str) -> _Term:
    match = _term.fullmatch(text)
    if not match:
        raise ValueError(f"`{condition}` is not a condition; write it as `sterile` or `class IIb III`")
    fact, values = match["fact"], tuple(match["values"].split())
    if fact in {"class", "rule"}:
        strange = [value for value in values if fact == "class" and value not in _known_classes]
        if strange or not values:
            raise ValueError(f"`{condition}`: write the classes as `class IIb III`, the rules as `rule 11`")
    elif fact not in DEVICE_FACTS and fact not in COMPANY_FACTS:
        hint = did_you_mean(fact, [*DEVICE_FACTS, *COMPANY_FACTS])
        raise ValueError(f"`{condition}`: `{fact}` is not a fact of a device or a company; {hint}")
    elif values:
        raise ValueError(f"`{condition}`: only `class` and `rule` are followed by values")
    return _Term(fact, values, bool(match["no"]), match["no"] == "unless ")
