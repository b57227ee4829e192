"""No regular expression of the program takes much longer than the length of the text explains."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from conftest import fuzz

patterns = fuzz("patterns")

# Expressions that are quadratic or worse on texts that they never see: how long an attack may be, and why.
_OWN = (2_000, "HTML, PDF or output of the program's own making, in which what begins also ends")
SHORT = {
    **dict.fromkeys((f"qmsdoc.pages.body.{name}" for name in ("_anchor", "_flow", "_mermaid")), _OWN),
    **dict.fromkeys(
        (f"qmsdoc.publish.site_gate.{name}" for name in ("_active", "_inline", "_mermaid", "_style", "_tag")), _OWN
    ),
    "qmsdoc.selftest.outputs._streams": _OWN,
    "qmsdoc.selftest.environment:90": (200, "what `ssh -v` says in its first line"),
    "qmsdoc.citation._RANGE": (200, "a citation has at most 200 characters"),
    "qmsdoc.citation._ALL_POINTS": (200, "a citation has at most 200 characters"),
    "qmsdoc.reference._LAST": (100, "a reference of a catalogue has at most 100 characters"),
    "qmsdoc.starter.adapt._aside": (2_000, "lines of the model QMS, which comes with the tool"),
    "qmsdoc.starter.adapt._link": (2_000, "lines of the model QMS, which comes with the tool"),
}


@cache
def expressions() -> list[Any]:
    return list(patterns.expressions())


def test_the_expressions_are_found() -> None:
    names = {found.name for found in expressions()}
    assert {"qmsdoc.personal.PATTERNS", "qmsdoc.outline._unsure_line", "qmsdoc.trust.keys._fields"} <= names
    assert len(names) > 150
    assert SHORT.keys() <= names


def test_a_slow_expression_would_be_found() -> None:
    import re

    for text in (r"(a+)+$", r"\s*,?\s*x", r"[ \t]+$", r"<!--.*?-->"):
        assert patterns.slow(patterns.Expression(text, re.compile(text), "search")), text


@pytest.mark.parametrize("number", range(len(expressions())), ids=lambda number: expressions()[number].name)
def test_an_expression_is_not_slow(number: int) -> None:
    expression = expressions()[number]
    longest, _ = SHORT.get(expression.name, (patterns.LENGTHS[-1], ""))
    assert patterns.slow(expression, longest) is None
