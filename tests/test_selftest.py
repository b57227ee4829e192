"""The self-test does what it says, can fail, and every function that a QMS relies on has tests that are run."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import subprocess  # noqa: TID251 - the script of the evidence is a program
import sys
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import REPOSITORY, run
from pdfs import catalogue, pages
from qmsdoc import load
from qmsdoc.citation import read_citation
from qmsdoc.frameworks import load_catalogs
from qmsdoc.publish import release_check
from qmsdoc.selftest import defects, environment, outputs, releases, states, tamper
from qmsdoc.selftest import run as selftest
from qmsdoc.selftest.functions import read_functions
from qmsdoc.selftest.row import NOTHING, Row, row
from qmsdoc.trust import sshsig, verify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qmsdoc.selftest.functions import Function

HERE = Path(__file__).parent
NOW = datetime.fromisoformat("2026-11-23T09:00:00+01:00")
FUNCTIONS = read_functions()
TESTS = list(dict.fromkeys(test for function in FUNCTIONS for test in function.tests))
GOOD = Row("a trial", "QD005 a.md:1", "QD005 a.md:1", ("reading",))
BAD = Row("another | trial", "QD006 a.md:1", NOTHING, ("values",))


def differences(rows: Iterable[Row]) -> list[str]:
    return [f"{row.name}: {row.found}" for row in rows if not row.as_expected]


@cache
def named_tests(file: str) -> frozenset[str]:
    found = set()
    for node in ast.parse((HERE / file).read_text(encoding="utf-8")).body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
        found |= {f"{prefix}{each.name}" for each in inner if isinstance(each, ast.FunctionDef)}
    return frozenset(found)


def test_every_seeded_defect_is_found_at_its_line(tmp_path: Path) -> None:
    rows = list(defects.rows(tmp_path))
    assert len(rows) >= 31
    assert differences(rows) == []


def test_states_follow_from_acts_and_dates(tmp_path: Path) -> None:
    assert differences(states.rows(tmp_path)) == []


def test_tampering_is_found_and_named(tmp_path: Path) -> None:
    rows = list(tamper.rows(tmp_path))
    assert differences(rows) == []
    assert rows[0] == Row("untouched", NOTHING, NOTHING, ("tampering", "signatures"))
    assert len({row.expected.partition(" ")[0] for row in rows}) == 8  # nothing, and seven codes


def test_exit_codes_are_those_of_the_program(tmp_path: Path) -> None:
    assert differences(outputs.exit_codes(tmp_path)) == []


@pytest.mark.pdf
def test_pdfs_are_equal_and_hold_their_source(tmp_path: Path) -> None:
    assert differences(outputs.pdfs(tmp_path)) == []


@pytest.mark.pdf
def test_a_changed_release_is_found_and_named(tmp_path: Path) -> None:
    assert differences(releases.rows(tmp_path)) == []


def test_the_handbook_shows_what_is_in_force(tmp_path: Path) -> None:
    assert differences(outputs.handbook(tmp_path)) == []


class TestItCanFail:
    def test_rules_that_find_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        check = defects.check
        monkeypatch.setattr(defects, "check", lambda *given: check(*given, codes=set()))
        found = differences(defects.rows(tmp_path))
        assert "a clause that does not exist: nothing" in found
        assert not any(line.startswith("the sample as it is") for line in found)

    def test_signatures_that_nobody_checks(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sshsig, "_check", lambda key, *_: sshsig.Signed(key))
        found = differences(tamper.rows(tmp_path))
        assert found[:4] == [
            "one byte: signature of a review: nothing",
            "one byte: signature of an approval: nothing",
            "one byte: signature of the trust state in force: nothing",
            "one byte: signature of a checkpoint: nothing",
        ]

    def test_copies_that_nobody_compares(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(load, "altered_copies", lambda *_: [])
        found = differences(tamper.rows(tmp_path))
        assert "one byte: image of the approved copy: nothing" in found

    def test_acts_that_count_everywhere(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(verify, "_check_place", lambda *_: None)
        found = differences(tamper.rows(tmp_path))
        assert any(line.startswith("act copied to another document: ") for line in found)

    @pytest.mark.pdf
    def test_a_release_that_is_not_compared(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(release_check, "_check_files", lambda *_: None)
        found = differences(releases.rows(tmp_path))
        assert [line.partition(":")[0] for line in found] == ["one byte", "a PDF taken away", "a file added"]

    def test_states_that_ignore_dates(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        real = states.statuses
        monkeypatch.setattr(states, "statuses", lambda project, _: real(project, date(2026, 12, 1)))
        found = differences(states.rows(tmp_path))
        assert "approved on 2026-01-07, in force from 2026-01-15: on 2026-01-14: r1 effective" in found

    def test_a_part_that_breaks_down_is_a_difference(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(selftest, "PARTS", (selftest.Part("Broken", _broken),))
        monkeypatch.setattr(selftest, "environment", list)
        done = selftest.run(NOW)
        assert done.exit_code == 1
        assert differences(done.rows) == ["everything that follows: KeyError: 'gone'"]

    def test_a_trial_that_breaks_down_does_not_stop_the_others(self) -> None:
        found = row("a trial", "nothing", lambda: str(1 // 0), "values")
        assert found.found == "ZeroDivisionError: integer division or modulo by zero"


def _broken(_: Path) -> Iterator[Row]:
    yield GOOD
    raise KeyError("gone")


def _part(*rows: Row) -> selftest.Part:
    return selftest.Part("Trials", lambda _: iter(rows))


class TestCommand:
    @pytest.fixture(autouse=True)
    def _small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(selftest, "PARTS", (_part(GOOD),))
        monkeypatch.setattr(selftest, "environment", list)

    def test_all_as_expected(self) -> None:
        ran = run("self-test")
        assert ran.code == 0
        assert ran.lines == ["Trials: 1 of 1 as expected", "Everything that was tried was found as expected."]

    def test_a_difference_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(selftest, "PARTS", (_part(GOOD, BAD),))
        ran = run("self-test")
        assert ran.code == 1
        assert ran.lines[:2] == [
            "Trials: 1 of 2 as expected",
            "differs: another | trial: expected QD006 a.md:1; found nothing",
        ]

    def test_a_missing_tool_is_not_a_pass(self, monkeypatch: pytest.MonkeyPatch) -> None:
        part = selftest.Part("Tampering", tamper.rows, ("ssh-keygen-of-nowhere",))
        monkeypatch.setattr(selftest, "PARTS", (_part(GOOD), part))
        ran = run("self-test")
        assert ran.code == 2
        assert ran.lines[1:] == [
            "Tampering: not run: not installed: ssh-keygen-of-nowhere",
            "At least one part could not be run, so this report is not complete.",
        ]

    def test_quick_leaves_out_and_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        slow = selftest.Part("Handbook", outputs.handbook, slow=True)
        monkeypatch.setattr(selftest, "PARTS", (_part(GOOD), slow))
        ran = run("self-test", "--quick")
        assert ran.code == 0
        assert ran.lines[1:] == [
            "Handbook: not run: left out by --quick",
            "Everything that was tried was found as expected. Left out as asked: Handbook.",
        ]

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("report.docx", "report.docx is neither a .pdf nor a .json file nor a folder"),
            ("none/report.json", "report.json cannot be written"),
            ("file", "file is a file"),
        ],
    )
    def test_a_report_that_cannot_be_written_is_refused_before(
        self, tmp_path: Path, name: str, message: str
    ) -> None:
        (tmp_path / "file").write_text("x")
        ran = run("self-test", "--output", tmp_path / name)
        assert (ran.code, ran.out) == (2, "")
        assert message in ran.err

    def test_without_pandoc_there_is_json_and_no_pdf(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(environment, "lacking", lambda tool: tool == "pandoc")
        ran = run("self-test", "--output", tmp_path / "a.pdf")
        assert ran.code == 2
        assert "the PDF cannot be made: pandoc not installed" in ran.err
        assert run("self-test", "--output", tmp_path / "a.json").code == 0
        assert json.loads((tmp_path / "a.json").read_bytes())["exit_code"] == 0

    @pytest.mark.pdf
    def test_a_folder_gets_both_reports(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(selftest, "PARTS", (_part(GOOD, BAD),))
        ran = run("self-test", "--output", tmp_path / "made")
        assert ran.code == 1
        raw = (tmp_path / "made/self-test.json").read_bytes()
        found = json.loads(raw)
        assert found["schema"] == "qmsdoc-self-test/1"
        assert [r["as_expected"] for r in found["parts"][0]["rows"]] == [True, False]
        text = " ".join(pages(tmp_path / "made/self-test.pdf"))
        assert "At least one result differs from what was expected." in text
        assert "another | trial QD006 a.md:1 nothing NO" in text
        assert hashlib.sha256(raw).hexdigest()[:16] in text
        assert "Intended use of the tool in this QMS" in text
        assert catalogue(tmp_path / "made/self-test.pdf")["pdfaid:conformance"] == "A"


@pytest.mark.pdf
def test_the_whole_self_test_passes_on_this_machine(tmp_path: Path) -> None:
    ran = run("self-test", "--quick", "--output", tmp_path / "report.json")
    assert ran.code == 0, ran.out
    found = json.loads((tmp_path / "report.json").read_bytes())
    assert [part["title"] for part in found["parts"] if not part["not_run"]] == [
        part.title for part in selftest.PARTS if not part.slow
    ]
    by_name = {part["name"]: part for part in found["environment"]}
    for name in ("qmsdoc", "fonts", "Python", "git", "ssh-keygen", "pandoc", "typst", "cryptography"):
        assert re.fullmatch(r"[0-9a-f]{64}", by_name[name]["sha256"]), name
    assert by_name["ssh-keygen"]["version"] != environment.MISSING


class TestEnvironment:
    def test_a_changed_file_of_the_tool_changes_its_hash(self, tmp_path: Path) -> None:
        (tmp_path / "a.py").write_text("1")
        (tmp_path / "data").mkdir()
        (tmp_path / "data/b.txt").write_text("2")
        first = environment.digest(tmp_path, but="data")
        (tmp_path / "data/b.txt").write_text("3")
        assert environment.digest(tmp_path, but="data") == first
        (tmp_path / "a.py").write_text("4")
        assert environment.digest(tmp_path, but="data") != first

    def test_a_library_that_is_not_there(self) -> None:
        assert environment.library("no-such-library") == ("no-such-library", "missing", "")


class TestFunctions:
    def test_every_function_is_whole(self) -> None:
        assert len({function.id for function in FUNCTIONS}) == len(FUNCTIONS) >= 25
        catalogs = load_catalogs({"ISO 13485": "2016"})
        for function in FUNCTIONS:
            assert {function.severity, function.unnoticed} <= {"high", "medium", "low"}
            assert all((function.failure, function.effect, function.reason, function.clauses)), function.id
            assert all(read_citation(clause, catalogs) for clause in function.clauses)

    @pytest.mark.parametrize(
        ("severity", "unnoticed", "risk"),
        [
            ("high", "high", "high"),
            ("medium", "high", "high"),
            ("high", "low", "medium"),
            ("medium", "medium", "medium"),
            ("low", "medium", "low"),
        ],
    )
    def test_risk_is_severity_times_not_noticing(self, severity: str, unnoticed: str, risk: str) -> None:
        assert replace(FUNCTIONS[0], severity=severity, unnoticed=unnoticed).risk == risk

    @pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.id)
    def test_every_test_that_is_named_is_there(self, function: Function) -> None:
        assert function.tests
        for test in function.tests:
            file, _, name = test.partition("::")
            assert name in named_tests(file), test

    def test_trials_show_functions_that_exist(self, tmp_path: Path) -> None:
        known = {function.id for function in FUNCTIONS}
        rows = [*states.rows(tmp_path / "states"), *tamper.rows(tmp_path / "tamper")]
        shown = {name for row in rows for name in row.shows} | {d["shows"] for d in defects.read_defects()}
        assert shown <= known


class TestEvidence:
    """`scripts/validation_evidence.py`: a test that is named and did not run is no evidence."""

    def evidence(self, tmp_path: Path, *cases: tuple[str, str]) -> tuple[int, str, list[str]]:
        written = []
        for test, outcome in cases:
            file, *owners, name = test.split("::")
            classname = ".".join(["tests", file.removesuffix(".py"), *owners])
            inner = "" if outcome == "passed" else f'<{outcome} message="x"/>'
            written.append(f'<testcase classname="{classname}" name="{name}[1]">{inner}</testcase>')
        report = tmp_path / "tests.xml"
        report.write_text(f"<testsuites><testsuite>{''.join(written)}</testsuite></testsuites>")
        script = REPOSITORY / "scripts" / "validation_evidence.py"
        done = subprocess.run([sys.executable, script, report], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr.splitlines()

    def test_all_ran_and_passed(self, tmp_path: Path) -> None:
        code, out, err = self.evidence(tmp_path, *((test, "passed") for test in TESTS))
        assert code == 0, err
        assert err == [f"{len(FUNCTIONS)} functions, {len(TESTS)} of {len(TESTS)} tests passed"]
        assert all(f"| `{test}` | passed (1) |" in out for test in TESTS)

    @pytest.mark.parametrize("outcome", ["failure", "error", "skipped"])
    def test_one_case_that_did_not_pass(self, tmp_path: Path, outcome: str) -> None:
        cases = [(test, "passed") for test in TESTS]
        code, out, err = self.evidence(tmp_path, *cases, (TESTS[3], outcome))
        assert (code, err[0]) == (1, f"{TESTS[3]}: {outcome} (1)")
        assert f"| `{TESTS[3]}` | {outcome} (1) |" in out

    def test_one_that_did_not_run(self, tmp_path: Path) -> None:
        code, _, err = self.evidence(tmp_path, *((test, "passed") for test in TESTS[1:]))
        assert (code, err[0]) == (1, f"{TESTS[0]}: did not run")
