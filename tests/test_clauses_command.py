"""`qmsdoc clauses`: what a framework asks, who answers it, how it changes, and frameworks of a company."""

from __future__ import annotations

import csv
import io
import json
import subprocess  # noqa: TID251 - the program is run as a person does
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import CONFIG, SOP, run
from qmsdoc.catalog import read_catalog
from qmsdoc.frameworks import in_wording, load_catalogs
from qmsdoc.views.changes import difference

if TYPE_CHECKING:
    from conftest import Repository


def claiming(*claims: str) -> str:
    return SOP.replace("[ISO 13485 4.2.4 @procedure]", f"[{', '.join(claims)}]")


def refs(text: str) -> list[str]:
    return [row["ref"] for row in json.loads(text)]


class TestTree:
    def test_rows_say_what_a_clause_is(self, repository: Repository) -> None:
        repository.sop()
        rows = json.loads(repository.run("clauses", "ISO 13485", "--output-format", "json").out)
        assert len(rows) == 91
        row = next(row for row in rows if row["ref"] == "4.2.4")
        assert {key: row[key] for key in ("framework", "title", "parent", "kind", "unit", "procedure")} == {
            "framework": "ISO 13485",
            "title": "Control of documents",
            "parent": "4.2",
            "kind": "clause",
            "unit": "yes",
            "procedure": "yes",
        }
        assert row["documents"] == ["SOP-001 @procedure (draft)"]

    def test_without_a_framework_it_shows_all_active_ones(self, repository: Repository) -> None:
        repository.sop()
        rows = json.loads(repository.run("clauses", "--output-format", "json").out)
        assert list(dict.fromkeys(row["framework"] for row in rows)) == ["ISO 13485", "MDR"]

    @pytest.mark.parametrize("name", ["MDR", "mdr", "EU MDR", "2017/745", "Regulation (EU) 2017/745"])
    def test_a_framework_has_many_names(self, repository: Repository, name: str) -> None:
        repository.sop()
        ran = repository.run("clauses", name, "Article 10a", "--output-format", "json")
        assert refs(ran.out)[0] == "Article 10a"

    @pytest.mark.parametrize("name", ["ISO 13485:2016", "ISO13485", "en iso 13485"])
    def test_with_its_edition_too(self, repository: Repository, name: str) -> None:
        repository.sop()
        assert refs(repository.run("clauses", name, "4.2.4", "--output-format", "json").out) == ["4.2.4"]

    def test_a_framework_that_is_not_active_can_be_read(self, repository: Repository) -> None:
        repository.sop()
        ran = repository.run("clauses", "QMSR", "820.35", "--output-format", "csv")
        assert next(csv.reader(io.StringIO(ran.out)))[:5] == ["framework", "ref", "title", "parent", "kind"]
        assert "21 CFR 820,820.35(a)," in ran.out

    def test_it_needs_no_repository(self, tmp_path: Path) -> None:
        ran = run("clauses", "MDR", "Art. 83", "--output-format", "json", cwd=tmp_path)
        assert (ran.code, refs(ran.out)[0]) == (0, "Article 83")

    @pytest.mark.parametrize(
        ("arguments", "first"),
        [
            (("MDR", "10.9.k"), "Article 10(9)(k)"),
            (("MDR", "Annex I 23.4(s)"), "Annex I 23.4(s)"),
            (("MDR", "GSPR 10.4.1"), "Annex I 10.4.1"),
            (("MDR Art. 10(9)(k)",), "Article 10(9)(k)"),
            (("ISO 13485", "§7.3.4"), "7.3.4"),
            (("ISO 13485", "7.3.1-7.3.3"), "7.3.1"),
        ],
    )
    def test_a_reference_is_written_as_people_cite(
        self, repository: Repository, arguments: tuple[str, ...], first: str
    ) -> None:
        repository.sop()
        assert refs(repository.run("clauses", *arguments, "--output-format", "json").out)[0] == first

    def test_one_clause_says_who_answers_it(self, repository: Repository) -> None:
        repository.sop()
        ran = repository.run("clauses", "ISO 13485", "4.2.4")
        facts = dict(line.split("  ", 1) for line in ran.lines if "  " in line.strip())
        assert facts["Clause"].strip() == "ISO 13485 4.2.4"
        assert facts["Answered by"].strip() == "SOP-001 @procedure (draft)"

    def test_nobody_answers_is_said(self, repository: Repository) -> None:
        repository.sop()
        assert "Answered by   no document" in repository.run("clauses", "ISO 13485", "8.5.2").out

    @pytest.mark.parametrize(
        ("arguments", "message", "hint"),
        [
            (("MDR", "Art. 10(9)(z)"), "`MDR Art. 10(9)(z)` does not exist", "did you mean"),
            (
                ("ISO 13485", "4.2.4 z)"),
                "`ISO 13485 4.2.4 z)` does not exist",
                "did you mean `ISO 13485 4.2.4 h)`?",
            ),
            (("MDR", "--changes", "--search", "x"), "--changes and --search ask for different things", "give one"),
            (("MDR", "--since", "2026-01-01"), "--since is the first day of changes", "add --changes"),
            (("--diff", "a", "b"), "--diff compares two editions of one framework", "qmsdoc clauses MDR --diff"),
            (("MDR", "--diff", "2017/745", "1"), "MDR has no edition `1`", ""),
            (("MDR Art. 999",), "`MDR Art. 999` does not exist", "did you mean `MDR Art. 123`"),
            (("4.2.4",), "`4.2.4` names no framework", "did you mean `ISO 13485 4.2.4`"),
            (("MDX",), "`MDX` is not a framework", "did you mean `MDR`?"),
            (("MDR 2017/745@2019-01-01",), "MDR 2017/745 has no wording of `2019-01-01`", ""),
        ],
    )
    def test_mistakes(self, repository: Repository, arguments: tuple[str, ...], message: str, hint: str) -> None:
        repository.sop()
        ran = repository.run("clauses", *arguments)
        assert ran.code == 2
        assert ran.err.splitlines()[0].startswith(f"qmsdoc: {message}")
        assert hint in ran.err

    def test_a_file_holds_the_clause_and_what_is_below(self, repository: Repository) -> None:
        repository.sop()
        file = repository.root / "x.txt"
        assert repository.run("clauses", "MDR", "Art. 10(9)", "-o", file).code == 0
        text = file.read_text()
        assert text.startswith("Clause ")
        assert "Article 10(9)(m)" in text

    def test_another_edition_shows_its_own_clauses_only(self, repository: Repository) -> None:
        repository.sop(claiming("MDR Art. 10a(1) @procedure"))
        out = repository.run("clauses", "MDR 2017/745@2020-04-24", "--output-format", "json").out
        assert "Article 10a(1)" not in refs(out)

    def test_no_framework_at_all(self, repository: Repository) -> None:
        repository.write("qmsdoc.toml", '[company]\nname = "X"\n')
        repository.sop(claiming())
        assert repository.run("clauses").code == 2
        assert repository.run("clauses", "MDR", "Art. 83").code == 0

    def test_search_finds_words_in_titles_and_summaries(self, repository: Repository) -> None:
        repository.sop()
        found = refs(repository.run("clauses", "--search", "internal AUDIT", "--output-format", "json").out)
        assert "8.2.4" in found
        assert repository.run("clauses", "--search", "xylophone").code == 2


class TestChanges:
    def test_they_name_the_documents_that_cite_what_changes(self, repository: Repository) -> None:
        repository.sop(claiming("MDR Art. 10a(1) @procedure"))
        ran = repository.run("clauses", "--changes", "--since", "2025-01-01", "--output-format", "json")
        rows = json.loads(ran.out)
        assert all(row["on"] >= "2025-01" for row in rows)
        assert [row["on"] for row in rows] == sorted(row["on"] for row in rows)
        (applies,) = (row for row in rows if row["on"] == "2025-01-10" and "MDR Article 10a" in row["clauses"])
        assert applies["documents"] == ["SOP-001"]
        assert {"title", "status", "changes", "do", "confidence"} <= set(applies)

    def test_one_framework(self, repository: Repository) -> None:
        repository.sop()
        everything = json.loads(repository.run("clauses", "--changes", "--output-format", "json").out)
        some = json.loads(repository.run("clauses", "ISO 13485", "--changes", "--output-format", "json").out)
        assert 0 < len(some) < len(everything)

    def test_proposals_are_not_law(self, repository: Repository) -> None:
        repository.sop()
        rows = json.loads(repository.run("clauses", "--changes", "--output-format", "json").out)
        (status,) = {row["status"] for row in rows if row["id"] == "COM-2025-1023"}
        assert status == "proposal"

    def test_a_wrong_day(self, repository: Repository) -> None:
        repository.sop()
        assert repository.run("clauses", "--changes", "--since", "2025").code == 2


class TestWordings:
    def test_an_older_wording_lacks_what_came_later(self) -> None:
        new = load_catalogs({"MDR": "2017/745"})["MDR"]
        old = load_catalogs({"MDR": "2017/745@2023-03-20"})["MDR"]
        assert "Article 10a" in new.clauses
        assert "Article 10a" not in old.clauses
        assert "Article 10a" not in [clause.ref for clause in old.children("Chapter II")]
        assert old.wording == "2023-03-20"

    def test_citing_it_is_found_where_it_stands(self, repository: Repository) -> None:
        repository.write("qmsdoc.toml", CONFIG.replace("2017/745", "2017/745@2023-03-20"))
        repository.sop(claiming("MDR Art. 10a(1) @procedure"))
        (found,) = repository.check().diagnostics
        assert (found.code, found.location.line) == ("QD301", 9)
        assert found.message == "`MDR Art. 10a(1)` is not in the wording of 2023-03-20 that qmsdoc.toml pins"
        assert found.hint is not None
        assert found.hint.startswith("it came with the wording of 202")

    def test_a_clause_of_another_edition_says_where_it_went(self, repository: Repository) -> None:
        repository.write("qmsdoc.toml", CONFIG + '"21 CFR 820" = "2026"\n')
        repository.sop(claiming("21 CFR 820.30(b) @procedure"))
        (found,) = repository.check().diagnostics
        assert (found.code, found.location.line) == ("QD301", 9)
        assert found.message == "`21 CFR 820.30(b)` is not in the 2026 edition of 21 CFR 820"
        assert found.hint == "what it asked is now in `ISO 13485 7.3.2`"

    def test_the_difference_names_what_came_and_who_cites_it(self, repository: Repository) -> None:
        repository.sop(claiming("MDR Art. 61(6) @procedure"))
        ran = repository.run(
            "clauses", "MDR", "--diff", "2017/745@2023-03-20", "2017/745@2026-07-19", "--output-format", "json"
        )
        rows = json.loads(ran.out)
        assert "Article 10a" in [row["ref"] for row in rows if row["difference"] == "added"]
        touched = {row["ref"]: row for row in rows if row["difference"] == "touched"}
        assert touched
        assert touched["Article 61(6)"]["documents"] == ["SOP-001"]
        assert all(row["difference"] in {"added", "touched", "removed", "moved", "renamed"} for row in rows)

    def test_the_difference_of_two_editions(self, repository: Repository) -> None:
        repository.write("qmsdoc.toml", CONFIG + '"21 CFR 820" = "1996"\n')
        repository.sop(claiming("21 CFR 820.198 @procedure"))
        ran = repository.run("clauses", "QSR", "--diff", "1996", "2026", "--output-format", "json")
        row = next(row for row in json.loads(ran.out) if row["ref"] == "820.198")
        assert (row["difference"], row["documents"]) == ("moved", ["SOP-001"])

    def test_removed_and_renamed(self) -> None:
        head = {"framework": "F", "form": "numbered", "aliases": []}
        old = read_catalog({**head, "edition": "1", "clauses": [{"ref": "1", "title": "One"}, {"ref": "2"}]})
        new = read_catalog({**head, "edition": "2", "clauses": [{"ref": "1", "title": "First"}, {"ref": "3"}]})
        rows = [row[:2] for row in difference(old, new, {}).rows]
        assert rows == [("renamed", "1"), ("removed", "2"), ("added", "3")]

    def test_a_wording_keeps_the_order(self) -> None:
        whole = load_catalogs({"MDR": "2017/745"})["MDR"]
        old = in_wording(whole, whole.wordings[0])
        kept = [ref for ref in whole.clauses if ref in old.clauses]
        assert list(old.clauses) == kept
        assert len(kept) < len(whole.clauses)


class TestOwnFramework:
    def test_it_is_cited_by_its_names(self, repository: Repository) -> None:
        repository.write("qmsdoc.toml", CONFIG + '"ISO 14971" = "2019"\n')
        repository.write(
            "schemas/frameworks/risk.yaml",
            """\
            framework: ISO 14971
            edition: '2019'
            aliases: [EN ISO 14971]
            clauses:
              - {ref: '4', title: General requirements, kind: heading}
              - {ref: '4.4', title: Risk management plan, parent: '4', unit: true}
            """,
        )
        repository.sop(claiming("EN ISO 14971:2019 4.4 @procedure"))
        assert repository.findings() == []
        assert refs(repository.run("clauses", "iso14971", "--output-format", "json").out) == ["4", "4.4"]

    def test_two_editions_can_be_compared(self, repository: Repository) -> None:
        repository.write("qmsdoc.toml", CONFIG + 'F = "1"\n')
        for edition, clauses in (("1", "{ref: '1'}, {ref: '2'}"), ("2", "{ref: '1'}, {ref: '3'}")):
            text = f"framework: F\nedition: '{edition}'\nmoved: {{'2': F 3}}\nclauses: [{clauses}]\n"
            repository.write(f"schemas/frameworks/f{edition}.yaml", text)
        repository.sop(claiming("F 2 @procedure"))
        rows = json.loads(repository.run("clauses", "F", "--diff", "1", "2", "--output-format", "json").out)
        assert [(row["difference"], row["ref"], row["now"], row["documents"]) for row in rows] == [
            ("moved", "2", "F 3", ["SOP-001"]),
            ("added", "3", "", []),
        ]

    def test_deep_ones_are_read(self, repository: Repository) -> None:
        entries = "".join(f"  - {{ref: '{n}', parent: '{n - 1}'}}\n" for n in range(1, 1500))
        text = "framework: F\nedition: '1'\nclauses:\n  - {ref: '0', unit: true}\n" + entries
        repository.write("schemas/frameworks/f.yaml", text)
        repository.write("qmsdoc.toml", CONFIG + 'F = "1"\n')
        repository.sop(claiming("F 0.* @procedure"))
        assert repository.run("coverage", "F").code == 0
        assert repository.run("clauses", "F").code == 0

    def test_an_unknown_framework_in_the_settings_is_refused(self, repository: Repository) -> None:
        repository.write("qmsdoc.toml", CONFIG + 'GAOLS = "1"\n')
        repository.sop()
        ran = repository.run("validate")
        said = "[frameworks] `GAOLS` is not a framework that qmsdoc knows; known: 21 CFR 820, ISO 13485, IVDR, MDR"
        assert (ran.code, ran.err.splitlines()[0]) == (2, f"qmsdoc: {said}")

    @pytest.mark.parametrize("text", ["a: &x [1]\nb: *x", "!!python/object:os.system x", "[" * 90, "\x00", "- a"])
    def test_hostile_files_are_findings(self, repository: Repository, text: str) -> None:
        repository.sop()
        repository.write("schemas/frameworks/x.yaml", text.encode())
        (found,) = repository.check().diagnostics
        assert (found.code, found.location.path) == ("QD303", "schemas/frameworks/x.yaml")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_is_no_bug_of_the_program(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        program = [sys.executable, "-m", "qmsdoc", "clauses", "MDR"]
        ran = subprocess.run(program, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (2, "qmsdoc: the output cannot be written: No space left on device\n")
