"""Every rule finds what it says, on the very line and column, and nothing else; and passes what is good."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qmsdoc.diagnostics import Severity
from qmsdoc.rule import registry, select
from rule_cases import CASES, Case, Found

if TYPE_CHECKING:
    from conftest import Repository


@pytest.mark.parametrize("case", CASES, ids=[f"{case.code} {case.kind} {case.name}" for case in CASES])
def test_what_is_found(repository: Repository, case: Case) -> None:
    case.write(repository)
    diagnostics = repository.check(case.acts(repository) or None).open
    assert [
        Found(place.path, place.line, place.column, max(1, place.end_column - place.column), d.code)
        for d in diagnostics
        for place in [d.location]
    ] == case.expected


SIGNED = {
    "QD206",
    "QD504",
    "QD212",  # these three compare with a base: test_base.py
    "QD307",
    "QD508",
    *(f"QD{number}" for number in range(711, 723)),
}  # keys and signatures are no text fixtures


def test_what_is_signed_has_tests_of_its_own() -> None:
    folder = Path(__file__).parent
    tests = "".join(
        (folder / f"test_{name}.py").read_text()
        for name in ("base", "signing", "tampering", "verify", "release_verify")
    )
    assert [code for code in sorted(SIGNED) if code not in tests] == []


def test_every_rule_has_good_and_bad_cases() -> None:
    assert {case.code for case in CASES} == set(registry()) - SIGNED
    for code in set(registry()) - SIGNED:
        assert {case.kind for case in CASES if case.code == code} == {"good", "bad"}, code
    for case in CASES:
        finds = case.code in {found.code for found in case.expected}
        assert finds is (case.kind == "bad"), f"{case.code} {case.name} is not {case.kind}"


def test_every_rule_explains_itself() -> None:
    for rule in registry().values():
        info = rule.info
        assert info.summary.endswith("."), rule.code
        assert "\n" not in info.summary
        for part in ("**What.**", "**Why.**", "**Right.**"):
            assert part in info.explanation, f"{rule.code} lacks {part}"
        assert info.explanation.index("**What.**") < info.explanation.index("**Why.**"), rule.code
        assert info.clauses, f"{rule.code} names no clause"
        assert info.depends in {"change", "time"}
        assert info.severity in set(Severity)


def test_the_clauses_of_rules_exist(repository: Repository) -> None:
    """A rule's clauses are citations like any other."""
    from qmsdoc.citation import read_citations

    catalogs = repository.load().catalogs
    for rule in registry().values():
        for clause in rule.info.clauses:
            assert read_citations(clause, catalogs), f"{rule.code}: {clause}"


def test_choosing_rules() -> None:
    assert select(["QD101"], []) == {"QD101"}
    assert select(["unknown-document", "qd102"], []) == {"QD101", "QD102"}
    assert select(["QD10"], ["QD102"]) == select(["QD10"], []) - {"QD102"}
    assert set(registry()) - select([], []) == {"QD901", "QD902", "QD903"}
    assert select(["QD9"], []) == {"QD901", "QD902", "QD903"}
    with pytest.raises(ValueError, match=r"`QD999` is no rule\."):
        select(["QD999"], [])
    with pytest.raises(ValueError, match=r"`unknown-documnet` is no rule. did you mean `unknown-document`\?"):
        select([], ["unknown-documnet"])
