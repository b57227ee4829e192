"""Attacks on every regular expression of the program: texts that make a backtracking matcher try again and again.

    python benchmarks/fuzz/patterns.py        each expression whose time grows faster than the text

The texts come from the expressions: what leads to a repetition, what is repeated, and an end that does not fit.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import signal
import time
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, NamedTuple

import qmsdoc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

METHODS = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub")
PUMPS = ("a", "A", "1", " ", "\n", "\t", "-", ".", "é")
ENDS = ("", "\0", "\n", "!", "a")
PREFIXES = ("", "a", "\n")
LENGTHS = (2_000, 8_000, 32_000)
FAST = 0.002  # seconds; what takes no longer at the middle length is not tried at the largest
PATIENCE = 0.5  # seconds; a sound expression takes 0.03 at the largest length
GROWTH = 8  # four times the text may take that many times as long; twice the exponent takes 16 times


class Expression(NamedTuple):
    """A regular expression with the place where it stands, and how it is used."""

    name: str
    pattern: re.Pattern[Any]
    method: str


class Slow(NamedTuple):
    """An expression with the text that makes it slow: before, what is repeated, after; and the seconds it took."""

    name: str
    method: str
    before: str
    pump: str
    after: str
    seconds: float


def expressions() -> Iterator[Expression]:
    """Every expression of the program that stands in a module, and those that are written where they are used."""
    for found in pkgutil.walk_packages(qmsdoc.__path__, "qmsdoc."):
        if found.name == "qmsdoc.__main__":
            continue
        module = importlib.import_module(found.name)
        source = inspect.getsource(module)
        for name, value in vars(module).items():
            for pattern, method in _patterns(value):
                if f"{name} =" in source or f"{name}:" in source:  # not one that was imported
                    for used in [method] if method else _used(name, source):
                        yield Expression(f"{found.name}.{name}", pattern, used)
        yield from _inline(found.name, source)


def _patterns(value: object) -> Iterator[tuple[re.Pattern[Any], str]]:
    """Patterns in a value, also in tuples and maps, and methods of them."""
    if isinstance(value, re.Pattern):
        yield value, ""
    elif isinstance(owner := getattr(value, "__self__", None), re.Pattern):
        yield owner, str(getattr(value, "__name__", "search"))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _patterns(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _patterns(item)


def _used(name: str, source: str) -> list[str]:
    """By which methods an expression is used; all that search, where that cannot be told."""
    return sorted(set(re.findall(rf"\b{name}\.({'|'.join(METHODS)})\(", source))) or ["finditer"]


def _inline(module: str, source: str) -> Iterator[Expression]:
    """Calls such as `re.sub(r"…", …)`."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in METHODS
            and isinstance(node.args[0], ast.Constant)
        ):
            flags = 0
            for given in [*node.args[2:], *(keyword.value for keyword in node.keywords if keyword.arg == "flags")]:
                for name in ("IGNORECASE", "MULTILINE", "DOTALL", "ASCII"):
                    flags |= getattr(re, name) if name in ast.unparse(given) else 0
            yield Expression(f"{module}:{node.lineno}", re.compile(node.args[0].value, flags), node.func.attr)


def attacks(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str, str]]:
    """Texts before, repeated and after, without doubles."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    leads: set[str] = set(PREFIXES)
    pumps: set[str] = set(PUMPS)
    _walk(
        list(
            parser.parse(
                text, pattern.flags & ~re.DEBUG & ~(re.UNICODE if isinstance(pattern.pattern, bytes) else 0)
            )
        ),
        "",
        leads,
        pumps,
    )
    leads = set(sorted(leads, key=len)[:12])
    pumps = set(sorted(pumps, key=len)[:24]) | leads - {""}  # what begins a match again and again
    yield from ((lead, pump, end) for lead in sorted(leads) for pump in sorted(pumps) for end in ENDS)


def _walk(nodes: list[Any], before: str, leads: set[str], pumps: set[str]) -> str:
    """Collect what leads to repetitions and what they repeat; returns the shortest text that fits."""
    text = before
    for op, value in nodes:
        if op in {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}:
            least, most, item = value
            leads.add(text)
            shortest = _walk(list(item), "", set(), pumps)
            _walk(list(item), text, leads, pumps)
            if most > 8:
                pumps.add(shortest)
                leads.add(text + shortest)
            text += shortest * least
        elif op is codes.BRANCH:
            ways = [_walk(list(way), text, leads, pumps) for way in value[1]]
            pumps.update(way.removeprefix(text) for way in ways if way != text)
            text = ways[0]
        elif op in {codes.SUBPATTERN, codes.ATOMIC_GROUP}:
            text = _walk(list(value[-1] if op is codes.SUBPATTERN else value), text, leads, pumps)
        else:
            text += _one(op, value, pumps)
    leads.add(text)
    return text


def _one(op: Any, value: Any, pumps: set[str]) -> str:
    """A character that fits."""
    if op is codes.LITERAL:
        pumps.add(chr(value))
        return chr(value)
    if op is codes.ANY:
        return "a"
    if op is codes.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if op is codes.IN:
        fitting = [c for c in (*PUMPS, *map(chr, range(33, 127))) if _fits(c, value)]
        pumps.update(fitting[:3])
        return fitting[0] if fitting else "x"
    return ""


def _fits(character: str, choices: Any) -> bool:
    negated = choices[0][0] is codes.NEGATE
    return negated != any(_is_in(character, op, value) for op, value in choices)


_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    codes.CATEGORY_DIGIT: str.isdigit,
    codes.CATEGORY_SPACE: str.isspace,
    codes.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
    codes.CATEGORY_NOT_DIGIT: lambda c: not c.isdigit(),
    codes.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
    codes.CATEGORY_NOT_WORD: lambda c: not (c.isalnum() or c == "_"),
}


def _is_in(character: str, op: Any, value: Any) -> bool:
    if op is codes.LITERAL:
        return ord(character) == value
    if op is codes.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    return op is codes.CATEGORY and _CATEGORIES[value](character)


def slow(expression: Expression, longest: int = LENGTHS[-1]) -> Slow | None:
    """The first attack that takes an expression much longer than its length explains, on texts up to a length."""
    for before, pump, after in attacks(expression.pattern):
        seconds = [0.0, 0.0, 0.0]
        for number, length in enumerate([length for length in LENGTHS if length <= longest] or [longest]):
            seconds[number] = _seconds(expression, before + pump * (length // len(pump)) + after)
            if number and seconds[number] < FAST:
                break
            if seconds[number] == PATIENCE:
                return Slow(expression.name, expression.method, before, pump, after, seconds[number])
        if seconds[2] > GROWTH * seconds[1] and seconds[2] > 10 * FAST:
            return Slow(expression.name, expression.method, before, pump, after, seconds[2])
    return None


def _seconds(expression: Expression, text: str) -> float:
    """Processor time in seconds; the matcher is stopped when it takes longer than PATIENCE."""
    subject: Any = text.encode("utf-8", "replace") if isinstance(expression.pattern.pattern, bytes) else text
    call = getattr(expression.pattern, expression.method)
    arguments = (subject[:0], subject) if expression.method == "sub" else (subject,)
    started = time.process_time()
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        found = call(*arguments)
        for _ in found if expression.method == "finditer" else ():
            pass
        return min(time.process_time() - started, PATIENCE)
    except _TooLongError:
        return PATIENCE
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


class _TooLongError(Exception):
    """The matcher did not end in time."""


def _stop(*_: object) -> None:
    raise _TooLongError


if __name__ == "__main__":
    checked = list(expressions())
    for each in checked:
        if found := slow(each):
            text = f"{found.before!r} + {found.pump!r}… + {found.after!r}"
            print(f"{found.seconds:6.2f} s  {found.name}.{found.method}  {text}")
    print(f"{len(checked)} expressions")
