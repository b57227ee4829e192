"""The rule registry: one file a rule, named by its code and by what is wrong.

A rule file holds its documentation (the module docstring: one line, then what, why with the clause, wrong,
right) and one call of `Rule(__name__, …)`. A function that finds things is attached with `@rule.document`
(called for each document) or `@rule.project` (called once). The reader's own findings have a rule file too,
without a function, so that every code is explained in one place.
"""

from __future__ import annotations

import pkgutil
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from qmsdoc import rules
from qmsdoc.diagnostics import Problem, RuleInfo, Severity
from qmsdoc.lifecycle import State, Status
from qmsdoc.suggest import did_you_mean, nearest
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import date

    from qmsdoc.diagnostics import RuleSetting
    from qmsdoc.project import Document, Project

    DocumentCheck = Callable[[Document, "Context"], Iterable[Problem]]
    ProjectCheck = Callable[["Context"], Iterable[Problem]]


MOST_COMPARED = 100_000  # words for suggestions in one document, which takes two seconds


@dataclass(frozen=True)
class Context:
    """What a rule may look at: the project, the status of every revision, and today."""

    project: Project
    statuses: Mapping[tuple[str, int], Status]
    today: date
    base: Project | None = None  # the project before a change; None where nothing is compared

    @cached_property
    def _compared(self) -> Counter[str]:
        """How many words were compared for suggestions, by the path of the document."""
        return Counter()

    def nearest(self, document: Document, word: str, known: Collection[str], *, cutoff: float = 0.6) -> str:
        """The known word most like one of a document; empty where there is none, or too many were looked for."""
        self._compared[document.path] += len(known)
        return nearest(word, known, cutoff=cutoff) if self._compared[document.path] <= MOST_COMPARED else ""

    def did_you_mean(self, document: Document, word: str, known: Collection[str], *, limit: int = 12) -> str:
        """A hint: the nearest known word, else the known words where they are few, else nothing."""
        self._compared[document.path] += len(known)
        return did_you_mean(word, known, limit=limit) if self._compared[document.path] <= MOST_COMPARED else ""

    @cached_property
    def touched(self) -> frozenset[str]:
        """The paths of documents that a change touches: those that the base has not, or has with another text."""
        before = {d.path: (d.sha256, d.attachments) for d in self.base.documents} if self.base else {}
        now = {d.path: (d.sha256, d.attachments) for d in self.project.documents}
        return frozenset(path for path, text in now.items() if before.get(path) != text)

    @cached_property
    def revisions(self) -> Mapping[str, Mapping[int, Status]]:
        """The statuses of all revisions by id and number."""
        found: dict[str, dict[int, Status]] = {}
        for (document_id, revision), status in self.statuses.items():
            found.setdefault(document_id, {})[revision] = status
        return found

    def status(self, document: Document) -> Status:
        """The status of a document of the working tree; of two with one id the second is a draft."""
        found = self.statuses.get((document.id, document.revision))
        return found or Status(document, State.DRAFT)

    def stage(self, document: Document) -> int:
        """How far the document is, as a position in its type's stages."""
        return document.stage if document.revision == 0 else int(bool(self.status(document).acts))

    @cached_property
    def withdrawn(self) -> Mapping[str, date | None]:
        """Documents of which nothing is in force any more, because they were withdrawn, with the day."""
        last = {key[0]: status for key, status in sorted(self.statuses.items(), key=lambda item: item[0])}
        return {key: status.ended_on for key, status in last.items() if status.state is State.WITHDRAWN}

    def is_untouched(self, document: Document) -> bool:
        """Whether it is a document or an entry about which nobody has stated anything; a record states itself."""
        return document.type.kind is not Kind.RECORD and not self.status(document).acts


@dataclass
class Rule:
    """One rule; code and name come from the file name `qd101_unknown_document`.

    depends: whether the finding comes from a *change* of the files or from *time* passing.
    waivable: whether somebody may accept it, or weaken the rule; not where a document could then hide or be taken
    for another.
    standard: whether it runs where nobody asked for it.
    """

    module: str
    severity: Severity = Severity.ERROR
    clauses: tuple[str, ...] = ()
    depends: str = "change"
    waivable: bool = True
    standard: bool = True
    check_document: DocumentCheck | None = field(default=None, init=False)
    check_project: ProjectCheck | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        code, _, name = self.module.rpartition(".")[2].partition("_")
        self.code = code.upper()
        self.name = name.replace("_", "-")

    def document(self, function: DocumentCheck) -> DocumentCheck:
        """Attach the function that checks one document."""
        self.check_document = function
        return function

    def project(self, function: ProjectCheck) -> ProjectCheck:
        """Attach the function that checks the whole project."""
        self.check_project = function
        return function

    @property
    def info(self) -> RuleInfo:
        """What outputs say of the rule."""
        text = sys.modules[self.module].__doc__ or ""
        summary, _, explanation = text.strip().partition("\n")
        return RuleInfo(
            self.code,
            self.name,
            self.severity,
            summary,
            explanation.strip(),
            self.clauses,
            self.depends,
            self.standard,
        )


@cache
def registry() -> Mapping[str, Rule]:
    """Every rule by code, in the order of codes."""
    found = {}
    for module in sorted(module.name for module in pkgutil.iter_modules(rules.__path__)):
        rule: Rule = import_module(f"{rules.__name__}.{module}").rule
        found[rule.code] = rule
    return found


def select(
    wanted: Iterable[str], unwanted: Iterable[str], settings: Mapping[str, RuleSetting] | None = None
) -> frozenset[str]:
    """Codes chosen by code, prefix or name; no choice means those that run by themselves or by the settings.

    Raises ValueError for what names no rule.
    """
    return (_named(wanted) or _by_themselves(settings or {})) - _named(unwanted)


def _by_themselves(settings: Mapping[str, RuleSetting]) -> frozenset[str]:
    def runs(rule: Rule) -> bool:
        decided = settings.get(rule.code)
        return not rule.waivable or (decided.severity is not None if decided else rule.standard)

    return frozenset(code for code, rule in registry().items() if runs(rule))


def _named(words: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for word in words:
        codes = {c for c, rule in registry().items() if c.startswith(word.upper()) or rule.name == word.lower()}
        if not codes:
            known = [*registry(), *(rule.name for rule in registry().values())]
            raise ValueError(f"`{word}` is no rule. {did_you_mean(word, known)}".strip())
        found |= codes
    return frozenset(found)
