from __future__ import annotations

import pytest

from qmsdoc.catalog import read_catalog
from qmsdoc.citation import Citation, CitationError, covered, read_citation, read_citations
from qmsdoc.frameworks import Catalogs, load_catalogs

ACTIVE = {"ISO 13485": "2016", "MDR": "2017/745", "21 CFR 820": "2026"}


@pytest.fixture(scope="module")
def catalogs() -> Catalogs:
    return load_catalogs(ACTIVE)


@pytest.fixture(scope="module")
def every() -> Catalogs:
    return load_catalogs({**ACTIVE, "IVDR": "2017/746"})


@pytest.mark.parametrize(
    ("text", "canonical", "ref"),
    [
        ("MDR Art. 10(9)(k)", "MDR Art. 10(9)(k)", "Article 10(9)(k)"),
        ("MDR Article 10 (9) k", "MDR Art. 10(9)(k)", "Article 10(9)(k)"),
        ("MDR 10.9.k", "MDR Art. 10(9)(k)", "Article 10(9)(k)"),
        ("MDR 10(9)(k)", "MDR Art. 10(9)(k)", "Article 10(9)(k)"),
        ("MDR art 10 9 K", "MDR Art. 10(9)(k)", "Article 10(9)(k)"),
        ("MDR Art. 10 ( 9 ) point ( k )", "MDR Art. 10(9)(k)", "Article 10(9)(k)"),
        ("MDR Art. 10a", "MDR Art. 10a", "Article 10a"),
        ("MDR Art. 120(3c)", "MDR Art. 120(3c)", "Article 120(3c)"),
        ("MDR Art. 123(3)(ea)", "MDR Art. 123(3)(ea)", "Article 123(3)(ea)"),
        ("MDR Art. 2(64)", "MDR Art. 2(64)", "Article 2(64)"),
        ("(EU) 2017/745 Article 83", "MDR Art. 83", "Article 83"),
        ("Regulation (EU) 2017/745, Art. 83", "MDR Art. 83", "Article 83"),
        ("EU MDR Art. 83", "MDR Art. 83", "Article 83"),
        ("MDR Annex I 23.4(s)", "MDR Annex I 23.4(s)", "Annex I 23.4(s)"),
        ("MDR Annex I, Section 23.4 (s)", "MDR Annex I 23.4(s)", "Annex I 23.4(s)"),
        ("MDR Annex I 23.4.ab", "MDR Annex I 23.4(ab)", "Annex I 23.4(ab)"),
        ("MDR GSPR 10.4.1", "MDR Annex I 10.4.1", "Annex I 10.4.1"),
        ("GSPR 10.4.1", "MDR Annex I 10.4.1", "Annex I 10.4.1"),
        ("GSPR 10.4.1(b)", "MDR Annex I 10.4.1(b)", "Annex I 10.4.1(b)"),
        ("GSPR", "MDR Annex I", "Annex I"),
        ("MDR Annex IX 2.2", "MDR Annex IX 2.2", "Annex IX 2.2"),
        ("MDR annex 9 section 2.2 c", "MDR Annex IX 2.2(c)", "Annex IX 2.2(c)"),
        ("MDR Annex IX Chapter I 2.2", "MDR Annex IX 2.2", "Annex IX 2.2"),
        ("MDR Annex XIV Part B", "MDR Annex XIV Part B", "Annex XIV Part B"),
        ("MDR Annex XIV Part B 6.2", "MDR Annex XIV 6.2", "Annex XIV 6.2"),
        ("MDR Annex VI Part C 6.5.2", "MDR Annex VI Part C 6.5.2", "Annex VI Part C 6.5.2"),
        ("MDR Annex VIII Rule 11", "MDR Annex VIII 6.3", "Annex VIII 6.3"),
        ("MDR Rule 11", "MDR Annex VIII 6.3", "Annex VIII 6.3"),
        ("MDR Annex XV Chapter III 3", "MDR Annex XV Chapter III 3", "Annex XV Chapter III 3"),
        ("MDR Chapter VII Section 2", "MDR Chapter VII Section 2", "Chapter VII Section 2"),
        ("ISO 13485 4.2.4", "ISO 13485 4.2.4", "4.2.4"),
        ("ISO 13485 4.2.4 d)", "ISO 13485 4.2.4 d)", "4.2.4 d)"),
        ("ISO 13485 4.2.4(d)", "ISO 13485 4.2.4 d)", "4.2.4 d)"),
        ("ISO 13485 4.2.4d", "ISO 13485 4.2.4 d)", "4.2.4 d)"),
        ("EN ISO 13485 4.2.4 d)", "ISO 13485 4.2.4 d)", "4.2.4 d)"),
        ("ISO 13485 §7.3", "ISO 13485 7.3", "7.3"),
        ("ISO 13485 clause 7.3", "ISO 13485 7.3", "7.3"),
        ("ISO 13485:2016 8.1 b", "ISO 13485 8.1 b)", "8.1 b)"),
        ("EN ISO 13485:2016+A11:2021 8.1", "ISO 13485 8.1", "8.1"),
        ("iso\u00a013485  8.1", "ISO 13485 8.1", "8.1"),
        ("21 CFR 820.35(a)", "21 CFR 820.35(a)", "820.35(a)"),
        ("21 CFR Part 820.35 (a) (3)", "21 CFR 820.35(a)(3)", "820.35(a)(3)"),
        ("21 CFR § 820.35", "21 CFR 820.35", "820.35"),
        ("QMSR 820.35(a)", "21 CFR 820.35(a)", "820.35(a)"),
    ],
)
def test_spellings(catalogs: Catalogs, text: str, canonical: str, ref: str) -> None:
    citation = read_citation(text, catalogs)
    assert str(citation) == canonical
    assert citation.ref == ref
    assert read_citation(canonical, catalogs) == citation


def test_a_section_is_kept_and_shown(catalogs: Catalogs) -> None:
    citation = read_citation("MDR Art. 87 @time-limits", catalogs)
    assert citation == Citation("MDR", "Article 87", "time-limits")
    assert str(citation) == "MDR Art. 87 @time-limits"
    assert read_citation("MDR Art. 87 @prüf-schritte_2", catalogs).section == "prüf-schritte_2"


@pytest.mark.parametrize(
    ("text", "first", "last", "count"),
    [
        ("ISO 13485 7.3.1\u20137.3.10", "7.3.1", "7.3.10", 10),
        ("ISO 13485 7.3.1-7.3.3", "7.3.1", "7.3.3", 3),
        ("ISO 13485 8.2.1 to 8.2.3", "8.2.1", "8.2.3", 3),
        ("MDR Art. 87(3)-(5)", "Article 87(3)", "Article 87(5)", 3),
        ("MDR Art. 83-86", "Article 83", "Article 86", 4),
        ("MDR Art. 9 - Art. 11", "Article 9", "Article 11", 4),  # with 10a
        ("MDR Art. 10(9)(a)-(m)", "Article 10(9)(a)", "Article 10(9)(m)", 13),
        ("MDR Annex I 1-9", "Annex I 1", "Annex I 9", 9),
        ("GSPR 1-23", "Annex I 1", "Annex I 23", 23),
        ("MDR Annex I 23.4(y)-(ab)", "Annex I 23.4(y)", "Annex I 23.4(ab)", 4),
    ],
)
def test_ranges(catalogs: Catalogs, text: str, first: str, last: str, count: int) -> None:
    found = read_citations(f"{text} @plan", catalogs)
    assert (found[0].ref, found[-1].ref, len(found)) == (first, last, count)
    assert {citation.section for citation in found} == {"plan"}


def test_a_range_is_not_one_citation(catalogs: Catalogs) -> None:
    with pytest.raises(CitationError) as caught:
        read_citation("ISO 13485 7.3.1-7.3.10", catalogs)
    assert caught.value.message == "`ISO 13485 7.3.1-7.3.10` cites 10 clauses where one is expected"
    assert caught.value.hint == "cite each by itself"


def test_a_parent_does_not_cover_its_points_nor_a_point_its_parent(catalogs: Catalogs) -> None:
    assert covered(read_citation("MDR Art. 83", catalogs), catalogs) == ("Article 83",)
    assert covered(read_citation("MDR Art. 83(3)(a)", catalogs), catalogs) == ("Article 83(3)(a)",)


def test_all_points_on_purpose(catalogs: Catalogs) -> None:
    citation = read_citation("MDR Art. 83.* @analyse", catalogs)
    assert str(citation) == "MDR Art. 83.* @analyse"
    assert read_citation(str(citation), catalogs) == citation
    refs = covered(citation, catalogs)
    assert len(refs) == 1 + 4 + 8
    assert refs[:2] == ("Article 83", "Article 83(1)")
    assert covered(read_citation("MDR Art. 83(3).*", catalogs), catalogs)[-1] == "Article 83(3)(h)"
    assert len(covered(read_citation("ISO 13485 7.3.*", catalogs), catalogs)) == 11


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("4.2.4", "`4.2.4` names no framework", "did you mean `ISO 13485 4.2.4`?"),
        ("§7.4.1 a", "`§7.4.1 a` names no framework", "did you mean `ISO 13485 7.4.1 a)`?"),
        ("7.1", "`7.1` names no framework", "did you mean `ISO 13485 7.1`?"),
        ("5.5", "`5.5` names no framework", "did you mean `ISO 13485 5.5` or `MDR Art. 5(5)`?"),
        ("Art. 10(9)", "`Art. 10(9)` names no framework", "did you mean `MDR Art. 10(9)`?"),
        ("820.35(a)", "`820.35(a)` names no framework", "did you mean `21 CFR 820.35(a)`?"),
        ("99.99", "`99.99` names no framework", "cite ISO 13485, MDR or 21 CFR 820"),
        ("MRD Art. 10", "`MRD` is not a framework", "did you mean `MDR`?"),
        ("ISO 13458 4.2.4", "`ISO 13458` is not a framework", "did you mean `ISO 13485`?"),
        ("SOP-001", "`SOP-001` is not a framework", "known: 21 CFR 820, ISO 13485, MDR"),
        (
            "IVDR Art. 10",
            "IVDR is not active in qmsdoc.toml",
            'add `IVDR = "2017/746"` under [frameworks], or cite ISO 13485, MDR or 21 CFR 820',
        ),
        ("ISO 13485:2003 8.1", "this QMS works to the 2016 edition of ISO 13485, not to 2003", ""),
        ("MDR", "MDR is cited without a clause", "write it as `MDR Art. 10(9)(k)`"),
        ("", "nothing is cited", "write it as `ISO 13485 4.2.4`"),
        ("@plan", "nothing is cited", "write it as `ISO 13485 4.2.4`"),
        ("ISO 13485 5.1.11", "`ISO 13485 5.1.11` does not exist", "did you mean `ISO 13485 5.1`?"),
        ("ISO 13485 6.2.1", "`ISO 13485 6.2.1` does not exist", "did you mean `ISO 13485 6.2`?"),
        (
            "ISO 13485 7.3.11",
            "`ISO 13485 7.3.11` does not exist",
            "did you mean `ISO 13485 7.3.10` or `ISO 13485 7.3.9`?",
        ),
        ("ISO 13485 9", "`ISO 13485 9` does not exist", "did you mean `ISO 13485 8` or `ISO 13485 7`?"),
        ("MDR Art. 130", "`MDR Art. 130` does not exist", "did you mean `MDR Art. 123` or `MDR Art. 122`?"),
        (
            "MDR Art. 10(9)(n)",
            "`MDR Art. 10(9)(n)` does not exist",
            "did you mean `MDR Art. 10(9)(m)` or `MDR Art. 10(9)(l)`?",
        ),
        ("MDR Art. 84(1)", "`MDR Art. 84(1)` does not exist", "did you mean `MDR Art. 84`?"),
        (
            "MDR Annex I 24",
            "`MDR Annex I 24` does not exist",
            "did you mean `MDR Annex I 23` or `MDR Annex I 22`?",
        ),
        ("MDR Annex VI 5.8", "`MDR Annex VI 5.8` does not exist", "did you mean `MDR Annex VI Part C 5.8`?"),
        (
            "MDR Annex XIV Part A 6.2",
            "`MDR Annex XIV Part A 6.2` does not exist",
            "did you mean `MDR Annex XIV 6.2`?",
        ),
        ("MDR Annex III 1.1", "`MDR Annex III 1.1` does not exist", "did you mean `MDR Annex III 1`?"),
        (
            "21 CFR 820.30",
            "`21 CFR 820.30` is not in the 2026 edition of 21 CFR 820",
            "what it asked is now in `ISO 13485 7.3`",
        ),
        ("21 CFR 820.36", "`21 CFR 820.36` does not exist", "did you mean `21 CFR 820.35` or `21 CFR 820.40`?"),
        ("ISO 13485 4.2.4 j)", "`ISO 13485 4.2.4 j)` does not exist", "did you mean `ISO 13485 4.2.4 h)`?"),
        ("MDR Art. 84.*", "the catalogue lists no points below `MDR Art. 84`", "write it as `MDR Art. 84`"),
        ("MDR Art. 87 @", "`@` is not the anchor of a section", "write it as `@time-limits`"),
        ("MDR Art. 87 @a b", "`@a b` is not the anchor of a section", "write it as `@time-limits`"),
        ("MDR Art. 87 #x", "`Art. 87 #x` is not a clause of MDR", "write it as `MDR Art. 10(9)(k)`"),
        (
            "MDR Art. 87(5)-(3)",
            "`Art. 87(5)-(3)` is not a range of clauses of MDR",
            "name the first and the last of one level, in this order",
        ),
    ],
)
def test_mistakes(catalogs: Catalogs, text: str, message: str, hint: str) -> None:
    for _ in range(2):  # the second answer comes from memory
        with pytest.raises(CitationError) as caught:
            read_citations(text, catalogs)
        assert (caught.value.message, caught.value.hint) == (message, hint)


def test_gspr_needs_exactly_one_regulation(every: Catalogs) -> None:
    with pytest.raises(CitationError) as caught:
        read_citation("GSPR 10.1", every)
    assert caught.value.hint == "write `MDR GSPR 10.1` or `IVDR GSPR 10.1`"
    assert read_citation("IVDR GSPR 10.1", every).ref == "Annex I 10.1"
    with pytest.raises(CitationError, match="no regulation with general requirements"):
        read_citation("GSPR 10.1", load_catalogs({"ISO 13485": "2016"}))


def test_a_bare_citation_lists_every_candidate(every: Catalogs) -> None:
    with pytest.raises(CitationError) as caught:
        read_citation("Art. 10(9)", every)
    assert caught.value.hint == "did you mean `MDR Art. 10(9)` or `IVDR Art. 10(9)`?"


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("ISO 13485 5.6.2 l)", "5.6.2 l)"),
        ("IVDR Art. 113(3)(fa)", "Article 113(3)(fa)"),
        ("IVDR Annex IX 2.2(c)", "Annex IX 2.2(c)"),
        ("MDR Art. 5(5)(e)(ii)", "Article 5(5)(e)(ii)"),
    ],
)
def test_points_of_points_and_inserted_points(every: Catalogs, text: str, ref: str) -> None:
    assert read_citation(text, every).ref == ref


@pytest.mark.parametrize(("opened", "known"), [("points", ["1 a)", "1 z)"]), ("all", ["1 a)", "1.7"]), ("", [])])
def test_a_point_is_accepted_where_a_catalogue_leaves_it_open(opened: str, known: list[str]) -> None:
    clauses = [{"ref": "1", "title": "One", "open": opened}]
    own = read_catalog({"framework": "F", "edition": "1", "clauses": clauses})
    catalogs = load_catalogs({"F": "1"}, [own])
    for ref in ("1 a)", "1 z)", "1.7"):
        if ref in known:
            assert read_citation(f"F {ref}", catalogs).ref == ref
        elif not (opened == "all" and ref == "1 z)"):
            with pytest.raises(CitationError):
                read_citation(f"F {ref}", catalogs)


def test_a_company_framework_is_cited_by_its_own_references() -> None:
    clauses = [{"ref": "G-1"}, {"ref": "G-2"}, {"ref": "5.1"}]
    own = read_catalog({"framework": "company", "edition": "1", "clauses": clauses})
    catalogs = load_catalogs({"company": "1", "MDR": "2017/745"}, own=[own])
    assert read_citation("company G-2 @goals", catalogs) == Citation("company", "G-2", "goals")
    assert str(read_citation("company 5.1", catalogs)) == "company 5.1"
    with pytest.raises(CitationError):
        read_citation("company G-3", catalogs)
