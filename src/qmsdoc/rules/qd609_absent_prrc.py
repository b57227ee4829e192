"""Devices are on the market and nobody is the person responsible for regulatory compliance.

**What.** A device entry says that the first device was placed on the market, the company is a manufacturer or an
authorised representative, and nobody holds the role `prrc` today.

**Why.** Manufacturers have at least one such person within their organisation, micro and small enterprises
permanently at their disposal (MDR Art. 15(1), (2)).

**Right.** `roles = [{ role = "prrc", from = 2026-01-01 }]` of a person in `trust/people.toml`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Location, Problem
from qmsdoc.lifecycle import State
from qmsdoc.rule import Context, Rule
from qmsdoc.trust import people

if TYPE_CHECKING:
    from collections.abc import Iterator

rule = Rule(__name__, clauses=("MDR Art. 15(1)",), depends="time")

ROLE = "prrc"
_NEED_ONE = {"manufacturer", "authorised-representative"}


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """Nobody in the role on a day on which devices are on the market."""
    project, today = context.project, context.today
    if not _NEED_ONE & set(project.config.company.roles) or "MDR" not in project.config.frameworks:
        return
    placed = [
        device
        for device in project.by_type.get("device", ())
        if (first := device.date("first_placed_on"))
        and first <= today
        and context.status(device).state is State.CURRENT
    ]
    if placed and not project.people.holders(ROLE, today):
        message = f"nobody holds the role `{ROLE}` while {placed[0].id} is on the market"
        yield Problem(Location(people.FILE), message, "top management appoints one")
