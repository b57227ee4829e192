"""Runs the rules over a project, stamps what they found, applies waivers, sorts. Never writes."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from qmsdoc import lifecycle, waiving
from qmsdoc.diagnostics import MOST_FINDINGS, Diagnostic, Findings, Location, Problem, Severity
from qmsdoc.rule import Context, Rule, registry, select
from qmsdoc.share import share
from qmsdoc.waiving import is_below

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from qmsdoc.diagnostics import RuleSetting
    from qmsdoc.project import Document, Project

UNUSED_WAIVER, INVALID_WAIVER, INVALID_SETTING = "QD703", "QD704", "QD705"


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

    codes: the rules that run (None: those that run by themselves or by the settings).
    paths: report only on these files and folders; all are loaded.
    base: the project before a change. What time brought about in documents that the change does not touch is then
    told and stops nobody: the run of every day finds it.
    """
    rules, settings = registry(), project.config.rules
    chosen = select((), (), settings) if codes is None else codes
    stamp = _Stamp(rules, settings)
    found = [stamp(problem, problem.code) for problem in problems]
    context = Context(project, lifecycle.statuses(project, today), today, base)
    waivers, invalid = waiving.waivers(context)
    found += [stamp(problem, INVALID_WAIVER) for problem in invalid]
    found += [stamp(problem, INVALID_SETTING) for problem in waiving.wrong_settings(project)]
    found += [stamp(problem, code) for problem, code in _run([rules[c] for c in sorted(chosen)], context, paths)]
    # What could not be read counts whatever was chosen: nothing else can be said of it.
    counting = (d for d in found if d.code in chosen or d.location.path in project.unread)
    found, used = waiving.waive((_of_time(d, rules[d.code], context) for d in counting), waivers, today)
    if UNUSED_WAIVER in chosen:
        found += [
            stamp(waiving.unused(waiver), UNUSED_WAIVER)
            for waiver in waivers
            if waiver.code in chosen and waiver not in used
        ]
    return Findings(
        diagnostics=sorted((d for d in found if is_below(d.location.path, paths)), key=_reading_order),
        documents=sum(is_below(d.path, paths) for d in project.documents),
        files=sum(is_below(path, paths) for path in (*project.by_path, *project.unread)),
        today=today,
        rules=[rules[code].info for code in sorted(chosen)],
        off=switched_off(settings.values()),
    )


def _run(rules: Sequence[Rule], context: Context, paths: Collection[str]) -> Iterator[tuple[Problem, str]]:
    for rule in rules:
        if rule.check_project:
            yield from ((problem, rule.code) for problem in rule.check_project(context))
    checks = [(number, rule.check_document) for number, rule in enumerate(rules) if rule.check_document]

    def check_some(documents: Sequence[Document]) -> list[list[tuple[int, Problem]]]:
        return [
            [
                (number, problem)
                for number, find in checks
                if (problems := list(islice(find(document, context), MOST_FINDINGS + 1)))
                for problem in _first(problems)
            ]
            for document in documents
        ]

    for found in share(check_some, _reported(context.project.documents, paths)):
        yield from ((problem, rules[number].code) for number, problem in found)


def _first(problems: list[Problem]) -> list[Problem]:
    """The first of one rule in one document, and in place of the last that there are more."""
    if len(problems) > MOST_FINDINGS:
        message = f"this rule found more than {MOST_FINDINGS:,} places in this document"
        problems[-1] = Problem(problems[-1].location, message, "mend those first")
    return problems


def _reported(documents: Sequence[Document], paths: Collection[str]) -> Sequence[Document]:
    """The documents in which, or in whose attachments, something can be found that is reported.

    Where a path is no document's, such as `qmsdoc.toml` with its waivers, that is all of them.
    """
    if not all(path.endswith(".md") for path in paths):
        return documents
    return [document for document in documents if is_below(document.path, paths)]


class _Stamp:
    """Makes a diagnostic of a problem: with the name and clauses of its rule, and the severity that holds here."""

    def __init__(self, rules: Mapping[str, Rule], settings: Mapping[str, RuleSetting]) -> None:
        self.rules = rules
        decided = {code: setting.severity for code, setting in settings.items()}
        self.severities = {
            code: (rule.waivable and decided.get(code)) or rule.severity for code, rule in rules.items()
        }

    def __call__(self, problem: Problem, code: str) -> Diagnostic:
        rule, severity = self.rules[code], self.severities[code]
        return Diagnostic(code, rule.name, severity, problem.message, problem.location, problem.hint, rule.clauses)


def switched_off(settings: Iterable[RuleSetting]) -> list[RuleSetting]:
    """The rules that do not run because the company decided so, in the order of codes."""
    return sorted((each for each in settings if each.severity is None), key=lambda each: each.code)


def _of_time(found: Diagnostic, rule: Rule, context: Context) -> Diagnostic:
    """What time brought about in a document that a change does not touch is for information only."""
    if context.base is None or rule.depends != "time" or found.location.path in context.touched:
        return found
    return replace(found, severity=Severity.INFO)


def _reading_order(diagnostic: Diagnostic) -> tuple[Location, str, str]:
    return diagnostic.location, diagnostic.code, diagnostic.message
