"""What the tool knows of regulation holds together: units, crosswalk, changes, and every reference anywhere."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from conftest import REPOSITORY
from qmsdoc import conditions
from qmsdoc.applicability import ANYBODY, PRRC
from qmsdoc.changes import known_changes
from qmsdoc.citation import CitationError, read_citations
from qmsdoc.crosswalk import crosswalk
from qmsdoc.frameworks import Catalogs, known_frameworks, load_catalogs, read_known
from qmsdoc.omission import may_omit
from qmsdoc.rule import registry
from qmsdoc.types.registry import builtin

if TYPE_CHECKING:
    from pathlib import Path

    from qmsdoc.catalog import Catalog

REGULATIONS = ("MDR", "IVDR")
OPERATORS = {*conditions.ROLES, ANYBODY, PRRC}
BY_NATURE = ("7.5.2", "7.5.3", "7.5.4", "7.5.5", "7.5.7", "7.5.9.2", "7.5.10", "6.4.2")


@pytest.fixture(scope="module")
def every() -> Catalogs:
    return load_catalogs({"ISO 13485": "2016", "MDR": "2017/745", "IVDR": "2017/746", "21 CFR 820": "2026"})


def units(catalog: Catalog, start: str = "") -> list[str]:
    return [clause.ref for clause in catalog.clauses.values() if clause.unit and clause.ref.startswith(start)]


@pytest.mark.parametrize("known", known_frameworks(), ids=lambda known: f"{known.framework} {known.edition}")
def test_every_unit_says_what_it_asks_and_of_whom(known: object) -> None:
    catalog = read_known(known)  # type: ignore[arg-type]
    found = [clause for clause in catalog.clauses.values() if clause.unit]
    assert found
    for clause in found:
        assert clause.label, clause.ref
        assert clause.kind not in {"definition", "chapter", "annex", "heading", "reserved"}, clause.ref
        if catalog.component == "regulation":
            assert set(clause.who) & OPERATORS, clause.ref
    for clause in catalog.clauses.values():
        assert len(clause.summary.split()) <= 30, clause.ref
        assert clause.points == "" or (clause.points.isalpha() and len(clause.points) == 1), clause.ref
        for condition in clause.when:
            conditions.check(condition)


def test_units_of_iso_are_its_lowest_subclauses(every: Catalogs) -> None:
    iso = every["ISO 13485"]
    lowest = [ref for ref in iso.clauses if not iso.children(ref)]
    assert units(iso) == lowest
    assert len(lowest) == 72


def test_only_clauses_6_7_and_8_can_be_left_out_and_only_7_3_excluded(every: Catalogs) -> None:
    iso = every["ISO 13485"]
    for ref in units(iso):
        expected: tuple[str, ...] = ()
        if ref.startswith("7.3"):
            expected = ("excluded", "not applicable")
        elif ref[0] in "678":
            expected = ("not applicable",)
        assert may_omit(iso.clauses[ref], iso) == expected, ref


def test_the_thirteen_points_are_units_and_the_paragraph_for_its_own_sentence(every: Catalogs) -> None:
    for key, paragraph in (("MDR", "Article 10(9)"), ("IVDR", "Article 10(8)")):
        points = [f"{paragraph}({letter})" for letter in "abcdefghijklm"]
        assert units(every[key], paragraph) == [paragraph, *points]


@pytest.mark.parametrize("key", REGULATIONS)
def test_the_units_of_a_regulation_reach_from_articles_to_annexes(every: Catalogs, key: str) -> None:
    found = units(every[key])
    assert len(found) > 300
    for part in (
        "Article",
        "Annex I ",
        "Annex II ",
        "Annex III ",
        "Annex IV ",
        "Annex V ",
        "Annex VI ",
        "Annex IX ",
    ):
        assert any(ref.startswith(part) for ref in found), part
    sections = {re.split(r"[.(]", ref.removeprefix("Annex I "))[0] for ref in units(every[key], "Annex I ")}
    last = 23 if key == "MDR" else 20
    assert sections <= {str(number) for number in range(1, last + 1)}
    assert len(sections) >= last - 4  # some say only what the others mean


def test_no_duty_of_an_authority_is_counted(every: Catalogs) -> None:
    for key in REGULATIONS:
        for clause in every[key].clauses.values():
            if clause.unit:
                assert set(clause.who) - {"notified body", "competent authority", "Commission", "Member State"}


def test_wordings_are_days_in_order_and_later_clauses_fit(every: Catalogs) -> None:
    for key in REGULATIONS:
        catalog = every[key]
        days = [date.fromisoformat(day) for day in catalog.wordings]
        assert days == sorted(days)
        assert len(days) >= 4
        for clause in catalog.clauses.values():
            if clause.since:
                assert date.fromisoformat(clause.since) > days[0], clause.ref
        for wording in catalog.wordings:  # a wording lacks no parent of what it has
            old = load_catalogs({key: f"{catalog.edition}@{wording}"})[key]
            assert all(clause.parent is None or clause.parent in old.clauses for clause in old.clauses.values())
        assert "Article 10a" in catalog.clauses
        assert catalog.clauses["Article 10a"].since == "2025-01-10"


def test_the_crosswalk_names_what_exists(every: Catalogs) -> None:
    found = crosswalk()
    assert found.source.startswith("Own analysis")
    assert "Annex ZA" in found.source
    for match in found.matches:
        for key in REGULATIONS:
            assert all(ref in every[key].clauses for ref in match.refs(key)), match
        assert all(ref in every["ISO 13485"].clauses for ref in (*match.iso, *match.needed)), match
        assert match.coverage in {"covered", "partly", "not covered"}
        assert bool(match.iso) is (match.coverage != "not covered"), match
        assert match.adds or match.coverage == "covered", match
        assert len(match.asks.split()) <= 20
        assert len(match.adds.split()) <= 35


def test_the_crosswalk_has_every_point_of_article_10_9(every: Catalogs) -> None:
    firsts = [match.mdr for match in crosswalk().matches]
    for letter in "abcdefghijklm":
        assert (f"Article 10(9)({letter})",) in firsts
    assert set(units(every["MDR"], "Article 10(9)")) <= {ref for refs in firsts for ref in refs}


def test_what_depends_on_the_device_can_always_be_left_out(every: Catalogs) -> None:
    iso = every["ISO 13485"]
    for match in crosswalk().matches:
        for ref in match.needed:
            covered = {ref, *(clause.ref for clause in iso.below(ref))}
            assert not covered & set(BY_NATURE), match.mdr


def test_changes_name_what_exists_and_are_sorted(every: Catalogs) -> None:
    found = known_changes()
    assert found.read <= date(2026, 11, 23)
    assert len({change.id for change in found.changes}) == len(found.changes)
    for change in found.changes:
        assert change.steps
        assert change.status in {"in force", "proposal", "guidance", "announced"}, change.id
        assert change.source, change.id
        assert len(change.changes.split()) <= 60, change.id
        assert len(change.do.split()) <= 30, change.id
        for text in (*change.clauses, *change.added):
            read_citations(text, every)
    firsts = [min(step.on for step in change.steps) for change in found.changes]
    assert firsts == sorted(firsts)


def test_where_old_clauses_went_exists(every: Catalogs) -> None:
    old = {ref for known in known_frameworks() if known.edition == "1996" for ref in read_known(known).clauses}
    new = every["21 CFR 820"]
    assert len(new.moved) > 50
    for ref, target in new.moved.items():
        assert ref in old, ref
        assert ref not in new.clauses, ref
        read_citations(target, every)


def test_every_citation_of_rules_and_types_resolves(every: Catalogs) -> None:
    cited = [(rule.code, text) for rule in registry().values() for text in rule.clauses]
    cited += [(name, text) for name, document_type in builtin().items() for text in document_type.clauses]
    assert len(cited) > 50
    for where, text in cited:
        try:
            read_citations(text, every)
        except CitationError as error:
            pytest.fail(f"{where}: {error}")


CITED = re.compile(
    r"\b(?:MDR|IVDR) Art\. [0-9]+a?(?:\([0-9a-z]+\))*"
    r"|\b(?:MDR|IVDR) Annex [IVX]+(?: Part [A-C])?(?: [0-9]+(?:\.[0-9]+)*)?(?:\([a-z]\))?"
    r"|\bISO 13485 [4-8](?:\.[0-9]+)+(?: [a-l]\))?|\b21 CFR 820\.[0-9]+(?:\([a-z]\))?"
)


def texts() -> list[Path]:
    folders = ("src", "sops", "records", "templates", "docs")
    found = [
        path for folder in folders for path in (REPOSITORY / folder).rglob("*") if path.suffix in {".py", ".md"}
    ]
    return [*found, REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md"]


def test_every_reference_in_the_repository_resolves(every: Catalogs) -> None:
    wrong, seen = [], 0
    for path in texts():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"\*\*Wrong|did you mean|wrong citation", line):
                continue
            for found in CITED.findall(line):
                seen += 1
                try:
                    read_citations(found, every)
                except CitationError as error:
                    wrong.append(f"{path.relative_to(REPOSITORY)}:{number}: {error}")
    assert seen > 300
    assert wrong == []
