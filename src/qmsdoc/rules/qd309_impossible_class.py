"""A class that the regulation or its rule does not give.

**What.** A device of a company that has the MDR alone bears a class of the IVDR, or the other way round; or its
class is none that the classification rule can lead to.

**Why.** Devices are classified by the rules of Annex VIII of their regulation (MDR Art. 51(1), IVDR Art. 47(1)).

**Wrong.** `risk_class: I` and `rule: 14`

**Right.** `risk_class: III` and `rule: 14`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("MDR Art. 51(1)",))

# The classes to which each rule can lead; as of MDR 2017/745 Annex VIII chapter III and IVDR 2017/746 Annex VIII
# chapter 2, read in November 2026.
RULES = {
    "MDR": {
        1: ("I",),
        2: ("I", "IIa", "IIb"),
        3: ("IIa", "IIb", "III"),
        4: ("I", "IIa", "IIb"),
        5: ("I", "IIa", "IIb"),
        6: ("I", "IIa", "IIb", "III"),
        7: ("IIa", "IIb", "III"),
        8: ("IIa", "IIb", "III"),
        9: ("IIa", "IIb", "III"),
        10: ("I", "IIa", "IIb"),
        11: ("I", "IIa", "IIb", "III"),
        12: ("IIa", "IIb"),
        13: ("I",),
        14: ("III",),
        15: ("IIb", "III"),
        16: ("IIa", "IIb"),
        17: ("IIa",),
        18: ("III",),
        19: ("IIa", "IIb", "III"),
        20: ("IIa", "IIb"),
        21: ("IIa", "IIb", "III"),
        22: ("III",),
    },
    "IVDR": {
        1: ("D",),
        2: ("C", "D"),
        3: ("C",),
        4: ("B", "C"),
        5: ("A",),
        6: ("B",),
        7: ("B",),
    },
}


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Devices in use, by their class without its suffix for sterile, measuring and reusable ones."""
    given, number = document.text("risk_class"), document.number("rule")
    if document.type.name != "device" or not given:
        return
    own, other = ("MDR", "IVDR") if given[0] == "I" else ("IVDR", "MDR")
    frameworks = context.project.config.frameworks
    if other in frameworks and own not in frameworks:
        message = f"`{given}` is a class of the {own}; this QMS is about the {other}"
        yield Problem(document.at("risk_class"), message, f"classify by Annex VIII of the {other}")
        return
    classes = RULES[own].get(number) if number else None
    if number and classes is None and own in frameworks:
        yield Problem(
            document.at("rule"), f"Annex VIII of the {own} has no rule {number}", "name the rule that applies"
        )
    elif classes and given.rstrip("smr") not in classes:
        message = f"rule {number} of Annex VIII does not lead to class {given}"
        hint = f"it leads to {' or '.join(classes)}; where two rules apply the stricter one holds"
        yield Problem(document.at("risk_class"), message, hint)
