"""Waivers: findings that somebody accepted, with the reason, in `qmsdoc.toml` or in a draft's front matter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qmsdoc.config import FILE
from qmsdoc.diagnostics import Diagnostic, Location, Problem, Waiver
from qmsdoc.lifecycle import State
from qmsdoc.rule import Context, Rule, registry
from qmsdoc.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date

    from qmsdoc.project import Document, Project

_IN_WORK = {State.DRAFT, State.IN_REVIEW, State.OPEN, State.CURRENT, State.PLANNED}


def is_below(path: str, paths: Collection[str]) -> bool:
    """Whether a path is one of these, or lies in one of these folders; no paths mean everything."""
    return not paths or any(
        path == wanted or path.startswith(f"{wanted.rstrip('/')}/") or wanted == "." for wanted in paths
    )


def waivers(context: Context) -> tuple[list[Waiver], list[Problem]]:
    """The waivers of `qmsdoc.toml` and of front matter, and what is wrong with them."""
    rules = registry()
    found, problems = [], []
    for waiver in context.project.config.waivers:
        if message := _refusal(waiver, rules):
            hint = did_you_mean(waiver.code, rules, limit=0) if waiver.code not in rules else ""
            problems.append(Problem(waiver.location, message, hint or None))
        else:
            found.append(waiver)
    for document in context.project.documents:
        for text, place, lines in _written(document):
            code, _, reason = (part.strip() for part in text.partition(":"))
            waiver = Waiver(code, reason, place, document.path, lines=lines)
            if message := _refusal(waiver, rules):
                example = waiver.code if waiver.code in rules else "QD105"
                problems.append(Problem(place, message, f"write `{example}: reason`"))
            elif context.status(document).state not in _IN_WORK:
                message = f"what is {context.status(document).state.value} cannot waive its own findings"
                problems.append(Problem(place, message, "a waiver for it stands in qmsdoc.toml"))
            else:
                found.append(waiver)
    return found, problems


def _written(document: Document) -> Iterator[tuple[str, Location, tuple[int, int] | None]]:
    """The waivers that stand in a document: in its front matter, and in comments with the lines they apply to."""
    for text, place in document.items_with_places("waive"):
        yield text, place, None
    for text, span, last in document.lines.waivers:
        yield text, document.within(span), (span.line, last)


def _refusal(waiver: Waiver, rules: Mapping[str, Rule]) -> str:
    """Why a waiver cannot be, or an empty text."""
    if waiver.code not in rules:
        return f"`{waiver.code}` is no rule"
    if not rules[waiver.code].waivable:
        return f"{waiver.code} cannot be waived: what is wrong there hides everything else"
    if not waiver.reason:
        return f"the waiver of {waiver.code} has no reason"
    return "a waiver names a document or a folder, not the whole repository" if waiver.applies_to == "." else ""


def wrong_settings(project: Project) -> Iterator[Problem]:
    """Settings for rules that do not exist or cannot be weakened, and for types that do not exist."""
    rules = registry()
    for setting in project.config.rules.values():
        if setting.code not in rules:
            hint = did_you_mean(setting.code, rules, limit=0)
            yield Problem(setting.location, f"`{setting.code}` is no rule", hint or None)
        elif not rules[setting.code].waivable and setting.severity is not rules[setting.code].severity:
            message = f"{setting.code} cannot be weakened: what is wrong there hides everything else"
            yield Problem(setting.location, message, "remove the setting")
    config, types = project.config, project.types
    for table, names in {"sections": config.sections, "limits": config.limits, "duties": config.duties}.items():
        for name in names:
            if name not in types:
                hint = did_you_mean(name, types)
                yield Problem(Location(FILE), f"[{table}]: `{name}` is not a document type", hint)
    for name, stages in config.limits.items():
        for stage in stages:
            if name in types and stage not in types[name].order:
                hint = did_you_mean(stage, types[name].order)
                yield Problem(Location(FILE), f"[limits]: `{stage}` is not a stage of {name}", hint)


def waive(
    found: Iterable[Diagnostic], waivers: Collection[Waiver], today: date
) -> tuple[list[Diagnostic], set[Waiver]]:
    """Attach to each finding the waiver that accepts it; also the waivers that were needed."""
    by_code: dict[str, list[Waiver]] = {}
    for waiver in waivers:
        if waiver.until is None or today <= waiver.until:
            by_code.setdefault(waiver.code, []).append(waiver)
    result, used = [], set()
    for diagnostic in found:
        accepted = next((w for w in by_code.get(diagnostic.code, ()) if _accepts(w, diagnostic.location)), None)
        if accepted:
            used.add(accepted)
        result.append(replace(diagnostic, waiver=accepted) if accepted else diagnostic)
    return result, used


def _accepts(waiver: Waiver, place: Location) -> bool:
    first, last = waiver.lines or (0, place.line)
    return is_below(place.path, [waiver.applies_to]) and first <= place.line <= last


def unused(waiver: Waiver) -> Problem:
    """What is said of a waiver that accepts nothing."""
    expired = f" since {waiver.until}" if waiver.until else ""
    message = f"the waiver of {waiver.code} waives nothing{expired} ({waiver.reason})"
    return Problem(waiver.location, message, "remove it")
