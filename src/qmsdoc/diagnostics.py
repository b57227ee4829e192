"""What a rule or the loader found: one type for reading, schema and rule findings alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date


MOST_FINDINGS = 1_000  # of one rule in one document; nobody reads more, and each takes time and memory


class Severity(Enum):
    """How much a finding matters; `--fail-on` compares by rank."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for an error, higher for what matters less."""
        return _RANK[self]


_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


class Span(NamedTuple):
    """A place inside one file: 1-based line and column in code points; `end_column` is exclusive."""

    line: int = 1
    column: int = 1
    end_column: int = 0


class Place(NamedTuple):
    """Where a front matter key stands: the numbers of its span, of its value's, and of one for each list item."""

    numbers: Sequence[int]

    @property
    def key(self) -> Span:
        """The span of the key itself."""
        return Span(*self.numbers[:3])

    @property
    def items(self) -> tuple[Span, ...]:
        """The span of each list item."""
        return tuple([Span(*self.numbers[at : at + 3]) for at in range(6, len(self.numbers), 3)])

    def value(self, item: int | None = None) -> Span:
        """The span of the value, or of one of its items where there is such a one."""
        at = 6 + 3 * item if item is not None else 3
        return Span(*(self.numbers[at : at + 3] or self.numbers[3:6]))


class KeyPlaces(Mapping[str, Place]):
    """The places of keys, kept as plain numbers: thousands of documents have them, and few are asked for."""

    __slots__ = ("_numbers",)

    def __init__(self, numbers: Mapping[str, Sequence[int]]) -> None:
        self._numbers = numbers

    def __getitem__(self, key: str) -> Place:
        return Place(self._numbers[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, key: object) -> bool:
        return key in self._numbers


class Location(NamedTuple):
    """A place in the repository: POSIX path relative to its root, and the span inside that file."""

    path: str
    line: int = 1
    column: int = 1
    end_column: int = 0

    @classmethod
    def at(cls, path: str, span: Span | None = None) -> Location:
        """Join a path and a span; no span means the whole file, shown at its first character."""
        return cls(path, *(span or Span()))


class Problem(NamedTuple):
    """A bare fact from the loader or a rule; the engine adds name, severity and clauses.

    `code` is given by the loader, which reports under many codes; a rule leaves it empty.
    """

    location: Location
    message: str
    hint: str | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that somebody accepted, with the reason, and the place where that is written."""

    code: str
    reason: str
    location: Location
    applies_to: str = ""  # a document path or a folder ending in "/"
    until: date | None = None
    lines: tuple[int, int] | None = None  # the first and the last line, where it does not hold for all


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """What a company decided on a rule: another severity, or that it does not run (None) and why."""

    code: str
    severity: Severity | None
    reason: str
    location: Location


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding as every output format shows it."""

    code: str
    name: str
    severity: Severity
    message: str
    location: Location
    hint: str | None = None
    clauses: tuple[str, ...] = ()
    waiver: Waiver | None = None
    excerpt: str = ""  # the source line, read only for the formats that show it


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What an output format says of a rule: code, name, severity, one line, the full text, clauses."""

    code: str
    name: str
    severity: Severity
    summary: str
    explanation: str
    clauses: tuple[str, ...]
    depends: str = "change"  # or "time"
    standard: bool = True  # False: runs only where it is asked for


@dataclass(frozen=True, slots=True)
class Findings:
    """The result of a check: what was found, what was checked, and by which rules."""

    diagnostics: Sequence[Diagnostic]
    documents: int
    files: int
    today: date
    rules: Sequence[RuleInfo] = field(default=(), repr=False)
    off: Sequence[RuleSetting] = ()  # rules that the company switched off

    @property
    def open(self) -> list[Diagnostic]:
        """Findings that nobody waived."""
        return [d for d in self.diagnostics if d.waiver is None]

    def count(self, severity: Severity) -> int:
        """Open findings of one severity."""
        return sum(d.severity is severity for d in self.open)

    def fails(self, threshold: Severity | None) -> bool:
        """Whether an open finding is at least as severe as the threshold (None: never)."""
        return threshold is not None and any(d.severity.rank <= threshold.rank for d in self.open)
