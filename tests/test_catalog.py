from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qmsdoc.catalog import DATA, Catalog, read_catalog
from qmsdoc.frameworks import Catalogs, known_frameworks, load_catalogs

if TYPE_CHECKING:
    from types import ModuleType

ALL = {"ISO 13485": "2016", "MDR": "2017/745", "IVDR": "2017/746", "21 CFR 820": "2026"}


@pytest.fixture(scope="module")
def catalogs() -> Catalogs:
    return load_catalogs(ALL)


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    path = Path(__file__).parent.parent / "scripts" / "build_catalogs.py"
    spec = importlib.util.spec_from_file_location("build_catalogs", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def kinds(catalog: Catalog, kind: str) -> list[str]:
    return [clause.ref for clause in catalog.clauses.values() if clause.kind == kind]


def refs(catalog: Catalog, parent: str | None) -> list[str]:
    return [clause.ref for clause in catalog.children(parent)]


def roman(count: int) -> list[str]:
    every = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII"
    return every.split()[:count]


def test_the_json_is_in_step_with_the_yaml(builder: ModuleType) -> None:
    assert builder.stale() == [], "run: python scripts/build_catalogs.py"


def test_a_stale_or_orphaned_json_is_noticed(builder: ModuleType, tmp_path: Path) -> None:
    source = '{framework: F, edition: "1", name: F, form: numbered, aliases: [], clauses: []}'
    (tmp_path / "small.yaml").write_text(source)
    assert builder.stale(tmp_path) == ["index.json", "small.json"]
    for name, text in builder.build(tmp_path).items():
        (tmp_path / name).write_text(text)
    assert builder.stale(tmp_path) == []
    (tmp_path / "gone.json").write_text("{}")
    assert builder.stale(tmp_path) == ["gone.json"]


def test_iso_13485_counts(catalogs: Catalogs) -> None:
    iso = catalogs["ISO 13485"]
    assert len(iso.clauses) == 91
    assert refs(iso, None) == ["4", "5", "6", "7", "8"]
    assert refs(iso, "7.3") == [f"7.3.{n}" for n in range(1, 11)]
    assert refs(iso, "7.5") == [f"7.5.{n}" for n in range(1, 12)]
    assert refs(iso, "7.5.9") == ["7.5.9.1", "7.5.9.2"]
    assert refs(iso, "6.2") == []  # 6.2.1 and 6.2.2 belong to the edition of 2003
    for heading in kinds(iso, "heading"):
        assert refs(iso, heading)
        assert iso.clauses[heading].procedure is None
    assert iso.clauses["4.2.4"].procedure is True
    assert iso.clauses["4.2.4"].record is False
    assert iso.clauses["8.2.6"].confidence == "medium"


def test_mdr_counts(catalogs: Catalogs) -> None:
    mdr = catalogs["MDR"]
    articles = [f"Article {n}" for n in range(1, 124)]
    assert sorted(kinds(mdr, "article")) == sorted([*articles, "Article 10a"])
    assert kinds(mdr, "annex") == [f"Annex {n}" for n in roman(17)]
    assert refs(mdr, "Article 10") == [f"Article 10({n})" for n in range(1, 17)]
    assert refs(mdr, "Article 10(9)") == [f"Article 10(9)({letter})" for letter in "abcdefghijklm"]
    sections = [ref for ref in mdr.clauses if re.fullmatch(r"Annex I [0-9]+", ref)]
    assert sections == [f"Annex I {n}" for n in range(1, 24)]
    assert refs(mdr, "Annex I 23.4")[-3:] == ["Annex I 23.4(z)", "Annex I 23.4(aa)", "Annex I 23.4(ab)"]
    assert len(refs(mdr, "Annex I 23.4")) == 28
    assert [mdr.clauses[ref].title for ref in kinds(mdr, "rule")] == [f"Rule {n}" for n in range(1, 23)]
    assert refs(mdr, "Annex IX 2.2") == [f"Annex IX 2.2({letter})" for letter in "abcde"]
    assert refs(mdr, "Annex XIV Part B") == ["Annex XIV 5", "Annex XIV 6", "Annex XIV 7", "Annex XIV 8"]
    assert len(kinds(mdr, "definition")) == 71
    assert refs(mdr, "Annex III") == ["Annex III 1", "Annex III 2"]  # renumbered by corrigendum


def test_the_mdr_is_the_wording_in_force(catalogs: Catalogs) -> None:
    mdr = catalogs["MDR"]
    assert refs(mdr, "Article 52(4)") == ["Article 52(4)(a)", "Article 52(4)(b)"]  # Regulation (EU) 2026/1359
    assert refs(mdr, "Article 61(6)(b)") == ["Article 61(6)(b)(a)", "Article 61(6)(b)(b)"]  # (EU) 2026/1451
    assert "Article 120(8)" not in mdr.clauses  # deleted by (EU) 2024/1860, which added (13)
    assert refs(mdr, "Article 120")[2:9] == [
        f"Article 120({n})" for n in ("3", "3a", "3b", "3c", "3d", "3e", "3f")
    ]
    assert refs(mdr, "Article 120")[-1] == "Article 120(13)"
    assert refs(mdr, "Article 10a") == [f"Article 10a({n})" for n in range(1, 4)]


def test_ivdr_counts(catalogs: Catalogs) -> None:
    ivdr = catalogs["IVDR"]
    articles = [f"Article {n}" for n in range(1, 114)]
    assert sorted(kinds(ivdr, "article")) == sorted([*articles, "Article 10a"])
    assert kinds(ivdr, "annex") == [f"Annex {n}" for n in roman(15)]
    assert refs(ivdr, "Article 10(8)") == [f"Article 10(8)({letter})" for letter in "abcdefghijklm"]
    sections = [ref for ref in ivdr.clauses if re.fullmatch(r"Annex I [0-9]+", ref)]
    assert sections == [f"Annex I {n}" for n in range(1, 21)]


def test_qmsr_counts(catalogs: Catalogs) -> None:
    qmsr = catalogs["21 CFR 820"]
    assert refs(qmsr, "Subpart A") == ["820.1", "820.3", "820.5", "820.7", "820.10"]
    assert refs(qmsr, "Subpart B") == ["820.35", "820.40", "820.45"]
    assert len(refs(qmsr, "820.35(a)")) == 7
    assert len(refs(qmsr, "820.35(b)")) == 6


def test_official_titles_are_spelt_as_the_source_spells_them(catalogs: Catalogs) -> None:
    mdr = catalogs["MDR"].clauses
    assert mdr["Article 83"].title == "Post-market surveillance system of the manufacturer"
    assert mdr["Article 15"].title == "Person responsible for regulatory compliance"
    assert mdr["Annex IX"].title == (
        "Conformity assessment based on a quality management system and on assessment of technical documentation"
    )
    assert not mdr["Annex I 10.4.5"].own
    assert mdr["Annex I 1"].own  # the annex gives Sections 1 to 9 no headings
    iso = catalogs["ISO 13485"].clauses
    assert iso["7.4.1"].title == "Purchasing process"
    assert iso["4.1.1"].own  # 4.1.1 to 4.1.6 have no titles
    assert catalogs["21 CFR 820"].clauses["820.45"].title == "Device labeling and packaging controls"


@pytest.mark.parametrize("key", ALL)
def test_every_clause_is_well_formed(catalogs: Catalogs, key: str) -> None:
    catalog = catalogs[key]
    for ref, clause in catalog.clauses.items():
        assert clause.ref == ref
        assert clause.framework == key
        assert clause.parent is None or clause.parent in catalog.clauses
        assert len(clause.summary.split()) <= 30, ref
        assert clause.confidence in {"high", "medium", "low"}
        assert clause.open in {"", "points", "all"}
        assert clause.title or not clause.own, ref
    assert [clause.ref for clause in catalog.below()] == list(catalog.clauses)
    assert catalog.source


def test_every_article_and_every_leaf_of_iso_says_something(catalogs: Catalogs) -> None:
    for key in ("MDR", "IVDR"):
        assert all(catalogs[key].clauses[ref].title for ref in kinds(catalogs[key], "article"))
    assert all(catalogs["ISO 13485"].clauses[ref].summary for ref in kinds(catalogs["ISO 13485"], "clause"))


def test_ancestors_and_below(catalogs: Catalogs) -> None:
    mdr = catalogs["MDR"]
    assert [clause.ref for clause in mdr.ancestors("Article 87(1)(a)")] == [
        "Article 87(1)",
        "Article 87",
        "Chapter VII Section 2",
        "Chapter VII",
    ]
    assert [clause.ref for clause in mdr.below("Article 86")] == [
        "Article 86(1)",
        "Article 86(1)(a)",
        "Article 86(1)(b)",
        "Article 86(1)(c)",
        "Article 86(2)",
        "Article 86(3)",
    ]
    with pytest.raises(KeyError):
        mdr.ancestors("Article 999")


def test_label_is_the_title_or_else_the_summary(catalogs: Catalogs) -> None:
    mdr = catalogs["MDR"].clauses
    assert mdr["Article 83"].label == mdr["Article 83"].title
    assert mdr["Article 87(7)"].label.startswith("If uncertain whether an incident is reportable")


def test_a_catalogue_is_read_when_it_is_first_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogs = load_catalogs({"MDR": "2017/745"})
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: pytest.fail("read too early"))
    assert "MDR" in catalogs
    assert list(catalogs) == ["MDR"]
    assert len(catalogs) == 1
    assert catalogs.form("MDR") == "regulation"
    assert catalogs.edition("MDR") == "2017/745"
    monkeypatch.undo()
    assert catalogs["MDR"] is catalogs["MDR"]


@pytest.mark.parametrize(
    ("frameworks", "message"),
    [
        ({"ISO 13458": "2016"}, "`ISO 13458` is not a framework that qmsdoc knows; did you mean `ISO 13485`?"),
        ({"MDR": "2017/746"}, "MDR has no edition `2017/746`; did you mean `2017/745`?"),
        ({"ISO 13485": "2003"}, "ISO 13485 has no edition `2003`; known: 2016"),
        (
            {"GDPR": "2016/679"},
            "`GDPR` is not a framework that qmsdoc knows; known: 21 CFR 820, ISO 13485, IVDR, MDR",
        ),
    ],
)
def test_unknown_frameworks_are_refused_in_plain_words(frameworks: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=r"^.") as caught:
        load_catalogs(frameworks)
    assert str(caught.value) == message


def test_no_framework_is_no_error() -> None:
    assert len(load_catalogs({})) == 0


def test_a_company_brings_its_own_catalogue() -> None:
    clauses = [{"ref": "G-1", "title": "Ship in a day"}]
    own = read_catalog({"framework": "company", "edition": "1", "clauses": clauses})
    catalogs = load_catalogs({"company": "1"}, own=[own])
    assert catalogs["company"].clauses["G-1"].title == "Ship in a day"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "a catalogue names its `framework` and its `edition`"),
        (
            {"framework": "F", "edition": "1", "form": "numberd"},
            "`numberd` is not a form of citation; did you mean `numbered`?",
        ),
        (
            {"framework": "F", "edition": "1", "clauses": [{"ref": "1"}, {"ref": "1"}]},
            "clause `1` is listed twice",
        ),
        (
            {"framework": "F", "edition": "1", "clauses": [{"ref": "1.1", "parent": "1"}]},
            "clause `1.1`: its parent `1` is not listed before it",
        ),
        (
            {"framework": "F", "edition": "1", "clauses": [{"ref": "1", "sumary": "x"}]},
            "clause `1`: `sumary` is not a key of a clause; did you mean `summary`?",
        ),
        (
            {"framework": "F", "edition": "1", "clauses": [{"title": "x"}]},
            "clause `?` has no `ref`, or `who`, `when` or `omit` is not a list",
        ),
    ],
)
def test_a_broken_catalogue_is_refused_in_plain_words(data: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=r"^.") as caught:
        read_catalog(data)
    assert str(caught.value) == message


def test_the_index_lists_every_file() -> None:
    files = {item.file for item in known_frameworks()}
    assert files == {path.name for path in DATA.glob("*.json")} - {"index.json"}
    editions = {(item.framework, item.edition) for item in known_frameworks()}
    assert editions == {*ALL.items(), ("21 CFR 820", "1996")}
