"""Runs the rules over a project, stamps what they found, applies waivers, sorts. Never writes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qmsdoc import lifecycle
from qmsdoc.diagnostics import Diagnostic, Findings, Location, Problem, Waiver
from qmsdoc.rule import Context, Rule, registry
from qmsdoc.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from qmsdoc.project import Project

UNUSED_WAIVER, INVALID_WAIVER = "QD703", "QD704"


def check(
    project: Project,
    problems: Iterable[Problem],
    today: date,
    *,
    codes: Collection[str] | None = None,
    paths: Collection[str] = (),
) -> Findings:
    """All findings of a project: what loading found, and what the rules find.

    codes: the rules that run (None: all). paths: report only on these files and folders; all are loaded.
    """
    rules = registry()
    chosen = rules.keys() if codes is None else codes
    found = [_stamp(problem, rules[problem.code]) for problem in problems]
    waivers, invalid = _waivers(project, rules)
    found += [_stamp(problem, rules[INVALID_WAIVER]) for problem in invalid]
    context = Context(project, lifecycle.statuses(project, today), today)
    found += _run((rules[code] for code in sorted(chosen)), context)
    found, used = _waive((d for d in found if d.code in chosen), waivers, today)
    if UNUSED_WAIVER in chosen:
        found += [
            _unused(waiver, rules[UNUSED_WAIVER])
            for waiver in waivers
            if waiver.code in chosen and waiver not in used
        ]
    return Findings(
        diagnostics=sorted((d for d in found if _is_below(d.location.path, paths)), key=_reading_order),
        documents=sum(_is_below(d.path, paths) for d in project.documents),
        files=sum(_is_below(path, paths) for path in (*project.by_path, *project.unread)),
        today=today,
        rules=[rules[code].info for code in sorted(chosen)],
    )


def _run(rules: Iterable[Rule], context: Context) -> Iterator[Diagnostic]:
    for rule in rules:
        if rule.check_project:
            for problem in rule.check_project(context):
                yield _stamp(problem, rule)
        if rule.check_document:
            for document in context.project.documents:
                for problem in rule.check_document(document, context):
                    yield _stamp(problem, rule)


def _stamp(problem: Problem, rule: Rule) -> Diagnostic:
    return Diagnostic(
        rule.code, rule.name, rule.severity, problem.message, problem.location, problem.hint, rule.clauses
    )


def _reading_order(diagnostic: Diagnostic) -> tuple[Location, str, str]:
    return diagnostic.location, diagnostic.code, diagnostic.message


def _is_below(path: str, paths: Collection[str]) -> bool:
    return not paths or any(
        path == wanted or path.startswith(f"{wanted.rstrip('/')}/") or wanted == "." for wanted in paths
    )


def _waivers(project: Project, rules: Collection[str]) -> tuple[list[Waiver], list[Problem]]:
    """The waivers of `qmsdoc.toml` and of front matter, and what is wrong with them."""
    waivers, problems = [], []
    for waiver in project.config.waivers:
        if waiver.code in rules:
            waivers.append(waiver)
        else:
            hint = did_you_mean(waiver.code, rules, limit=0)
            problems.append(Problem(waiver.location, f"`{waiver.code}` is no rule", hint or None))
    for document in project.documents:
        for text, place in document.items_with_places("waive"):
            code, _, reason = (part.strip() for part in text.partition(":"))
            if code not in rules:
                problems.append(Problem(place, f"`{code}` is no rule", "write `QD105: reason`"))
            elif not reason:
                problems.append(Problem(place, f"the waiver of {code} has no reason", f"write `{code}: reason`"))
            else:
                waivers.append(Waiver(code, reason, place, document.path))
    return waivers, problems


def _waive(
    found: Iterable[Diagnostic], waivers: Collection[Waiver], today: date
) -> tuple[list[Diagnostic], set[Waiver]]:
    """Attach to each finding the waiver that accepts it; also the waivers that were needed."""
    by_code: dict[str, list[Waiver]] = {}
    for waiver in waivers:
        if waiver.until is None or today <= waiver.until:
            by_code.setdefault(waiver.code, []).append(waiver)
    result, used = [], set()
    for diagnostic in found:
        fitting = (
            w for w in by_code.get(diagnostic.code, ()) if _is_below(diagnostic.location.path, [w.applies_to])
        )
        accepted = next(fitting, None)
        if accepted:
            used.add(accepted)
        result.append(replace(diagnostic, waiver=accepted) if accepted else diagnostic)
    return result, used


def _unused(waiver: Waiver, rule: Rule) -> Diagnostic:
    expired = f" since {waiver.until}" if waiver.until else ""
    message = f"the waiver of {waiver.code} waives nothing{expired} ({waiver.reason})"
    return _stamp(Problem(waiver.location, message, "remove it"), rule)
