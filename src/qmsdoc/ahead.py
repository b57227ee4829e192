"""What is late, and what comes due: the rules as of later days tell it, so that no second logic can disagree."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.check import check
from qmsdoc.rule import registry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qmsdoc.diagnostics import Diagnostic, Location, Problem
    from qmsdoc.project import Project


class Due(NamedTuple):
    """A finding that time brings about, as a check tells it on the day after `until`; None: it tells it today."""

    finding: Diagnostic
    until: date | None = None


def due(project: Project, problems: Iterable[Problem], today: date, days: int) -> list[Due]:
    """What is late today, then what becomes a finding unless it is done within so many days, by its last day.

    That is what rules find that depend on time, and whatever else is open only later: what a waiver accepts that
    ends.
    """
    days = min(days, (date.max - today).days - 1)
    problems = list(problems)
    rules = registry()
    now = check(project, problems, today)
    known = {_mark(found) for found in now.open}
    late = [Due(found) for found in now.open if rules[found.code].depends == "time"]
    last = check(project, problems, today + timedelta(days=days + 1))
    codes = {code for code, rule in rules.items() if rule.depends == "time"}
    codes |= {found.code for found in last.open if _mark(found) not in known}
    coming = []
    for ahead in range(days + 1):
        until = today + timedelta(days=ahead)
        for found in check(project, problems, until + timedelta(days=1), codes=codes).open:
            if _mark(found) not in known:
                known.add(_mark(found))
                coming.append(Due(found, until))
    return late + coming


def _mark(found: Diagnostic) -> tuple[str, Location, str]:
    return found.code, found.location, found.message
