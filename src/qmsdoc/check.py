"""Runs the rules over a project, stamps what they found, applies waivers, sorts. Never writes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qmsdoc import lifecycle
from qmsdoc.diagnostics import Diagnostic, Findings, Location, Problem, Severity, Waiver
from qmsdoc.lifecycle import State
from qmsdoc.rule import Context, Rule, registry
from qmsdoc.share import share
from qmsdoc.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from qmsdoc.project import Document, Project

UNUSED_WAIVER, INVALID_WAIVER = "QD703", "QD704"
_IN_WORK = {State.DRAFT, State.IN_REVIEW, State.OPEN, State.CURRENT, State.PLANNED}


def check(
    project: Project,
    problems: Iterable[Problem],
    today: date,
    *,
    codes: Collection[str] | None = None,
    paths: Collection[str] = (),
    base: Project | None = None,
) -> Findings:
    """All findings of a project: what loading found, and what the rules find.

    codes: the rules that run (None: all). paths: report only on these files and folders; all are loaded.
    base: the project before a change. What time brought about in documents that the change does not touch is then
    told and stops nobody: the run of every day finds it.
    """
    rules = registry()
    chosen = rules.keys() if codes is None else codes
    found = [_stamp(problem, rules[problem.code]) for problem in problems]
    context = Context(project, lifecycle.statuses(project, today), today, base)
    waivers, invalid = _waivers(context, rules)
    found += [_stamp(problem, rules[INVALID_WAIVER]) for problem in invalid]
    found += _run([rules[code] for code in sorted(chosen)], context, paths)
    # What could not be read counts whatever was chosen: nothing else can be said of it.
    counting = (d for d in found if d.code in chosen or d.location.path in project.unread)
    found, used = _waive((_of_time(d, rules[d.code], context) for d in counting), waivers, today)
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


def _run(rules: Sequence[Rule], context: Context, paths: Collection[str]) -> Iterator[Diagnostic]:
    for rule in rules:
        if rule.check_project:
            yield from (_stamp(problem, rule) for problem in rule.check_project(context))
    checks = [(number, rule.check_document) for number, rule in enumerate(rules) if rule.check_document]

    def check_some(documents: Sequence[Document]) -> list[list[tuple[int, Problem]]]:
        return [
            [(number, problem) for number, find in checks for problem in find(document, context)]
            for document in documents
        ]

    for found in share(check_some, _reported(context.project.documents, paths)):
        yield from (_stamp(problem, rules[number]) for number, problem in found)


def _reported(documents: Sequence[Document], paths: Collection[str]) -> Sequence[Document]:
    """The documents in which, or in whose attachments, something can be found that is reported.

    Where a path is no document's, such as `qmsdoc.toml` with its waivers, that is all of them.
    """
    if not all(path.endswith(".md") for path in paths):
        return documents
    return [document for document in documents if _is_below(document.path, paths)]


def _stamp(problem: Problem, rule: Rule) -> Diagnostic:
    return Diagnostic(
        rule.code, rule.name, rule.severity, problem.message, problem.location, problem.hint, rule.clauses
    )


def _of_time(found: Diagnostic, rule: Rule, context: Context) -> Diagnostic:
    """What time brought about in a document that a change does not touch is for information only."""
    if context.base is None or rule.depends != "time" or found.location.path in context.touched:
        return found
    return replace(found, severity=Severity.INFO)


def _reading_order(diagnostic: Diagnostic) -> tuple[Location, str, str]:
    return diagnostic.location, diagnostic.code, diagnostic.message


def _is_below(path: str, paths: Collection[str]) -> bool:
    return not paths or any(
        path == wanted or path.startswith(f"{wanted.rstrip('/')}/") or wanted == "." for wanted in paths
    )


def _waivers(context: Context, rules: Mapping[str, Rule]) -> tuple[list[Waiver], list[Problem]]:
    """The waivers of `qmsdoc.toml` and of front matter, and what is wrong with them."""
    waivers, problems = [], []
    for waiver in context.project.config.waivers:
        if message := _refusal(waiver, rules):
            hint = did_you_mean(waiver.code, rules, limit=0) if waiver.code not in rules else ""
            problems.append(Problem(waiver.location, message, hint or None))
        else:
            waivers.append(waiver)
    for document in context.project.documents:
        for text, place in document.items_with_places("waive"):
            code, _, reason = (part.strip() for part in text.partition(":"))
            waiver = Waiver(code, reason, place, document.path)
            if message := _refusal(waiver, rules):
                example = waiver.code if waiver.code in rules else "QD105"
                problems.append(Problem(place, message, f"write `{example}: reason`"))
            elif context.status(document).state not in _IN_WORK:
                message = f"what is {context.status(document).state.value} cannot waive its own findings"
                problems.append(Problem(place, message, "a waiver for it stands in qmsdoc.toml"))
            else:
                waivers.append(waiver)
    return waivers, problems


def _refusal(waiver: Waiver, rules: Mapping[str, Rule]) -> str:
    """Why a waiver cannot be, or an empty text."""
    if waiver.code not in rules:
        return f"`{waiver.code}` is no rule"
    if not rules[waiver.code].waivable:
        return f"{waiver.code} cannot be waived: what is wrong there hides everything else"
    if not waiver.reason:
        return f"the waiver of {waiver.code} has no reason"
    return "a waiver names a document or a folder, not the whole repository" if waiver.applies_to == "." else ""


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
