"""The command line: what is printed where, and the exit codes 0, 1, 2, 70 and 130."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess  # noqa: TID251 - the program as a shell starts it
import sys
from typing import TYPE_CHECKING

import pytest

from conftest import COMPLAINT, COMPLAINT_PATH, SOP, SOP_PATH, Repository, run
from qmsdoc import __version__
from qmsdoc.rule import registry

if TYPE_CHECKING:
    from pathlib import Path

BROKEN = SOP.replace("2. Approve.", "2. Approve<br>")
BROKEN_LINE = f"{SOP_PATH}:28:11: error[QD013 raw-html] `<br>` is raw HTML"


@pytest.fixture
def one_error(repository: Repository) -> Repository:
    """A repository with one error and nothing else."""
    repository.sop(BROKEN)
    return repository


@pytest.fixture
def one_warning(repository: Repository) -> Repository:
    """A repository with one warning and nothing else."""
    repository.sop(SOP.replace("training: read", 'training: read\nwaive: ["QD013: gone"]'))
    return repository


class TestProgram:
    @pytest.mark.parametrize("flag", ["--version", "-V"])
    def test_version(self, flag: str) -> None:
        assert run(flag) == run(flag)
        assert (run(flag).code, run(flag).out) == (0, f"qmsdoc {__version__}\n")

    def test_version_beside_other_options(self) -> None:
        assert run("--root", "/nowhere", "--version").out == f"qmsdoc {__version__}\n"

    def test_help_names_every_command_and_the_exit_codes(self) -> None:
        ran = run("--help")
        assert ran.code == 0
        for command in ("validate", "rule", "list", "show", "new", "schema", "doctor", "build", "pdf", "release"):
            assert re.search(rf"│ {command} ", ran.out), command
        assert "Exit codes: 0 nothing to mend" in " ".join(ran.out.split())

    @pytest.mark.parametrize("command", ["validate", "rule", "list", "show", "new", "doctor"])
    def test_every_command_has_help(self, command: str) -> None:
        ran = run(command, "-h")
        assert (ran.code, ran.err) == (0, "")
        assert f"Usage: qmsdoc {command}" in ran.out

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["frobnicate"], "No such command 'frobnicate'"),
            (["validate", "--ouput-format", "json"], "No such option: --ouput-format"),
            (["validate", "--output-format", "yaml"], "'yaml' is not one of"),
            (["validate", "--fail-on", "sometimes"], "'sometimes' is not one of"),
            (["--today", "2026-02-30", "validate"], "`2026-02-30` is not a day"),
            (["--today", "20261123", "validate"], "`20261123` is not a day"),
            (["show"], "Missing argument 'ID'"),
            (["new", "sop"], "`title` is missing: the title readers see"),
        ],
    )
    def test_wrong_usage(self, repository: Repository, arguments: list[str], said: str) -> None:
        repository.sop()
        ran = run("--root", repository.root, *arguments)
        assert (ran.code, ran.out) == (2, "")
        assert said in " ".join(ran.err.replace("│", " ").split())

    def test_root_is_looked_for_upwards(self, one_error: Repository) -> None:
        below = one_error.root / "sops" / "documents"
        assert run("validate", "--output-format", "concise", cwd=below).lines == [BROKEN_LINE]

    def test_a_root_without_settings(self, tmp_path: Path) -> None:
        ran = run("--root", tmp_path, "list")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"qmsdoc: no qmsdoc.toml in {tmp_path}\n")

    def test_today_is_the_day_at_the_company(self, repository: Repository) -> None:
        """Ten hours before UTC midnight it is already tomorrow in Kiritimati."""
        from datetime import UTC, datetime, timedelta

        repository.sop()
        for zone, offset in (("Pacific/Kiritimati", 14), ("Pacific/Pago_Pago", -11)):
            settings = f'[company]\nname = "A"\ntime_zone = "{zone}"\n[frameworks]\n"ISO 13485" = "2016"\n'
            repository.write("qmsdoc.toml", settings)
            before = (datetime.now(UTC) + timedelta(hours=offset)).date()
            ran = run("--root", repository.root, "validate")
            after = (datetime.now(UTC) + timedelta(hours=offset)).date()
            assert ran.err.rpartition("as of ")[2].strip() in {str(before), str(after)}

    def test_a_bug_is_exit_70_with_a_traceback(
        self, repository: Repository, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repository.sop()

        def fail(*_: object, **__: object) -> None:
            raise ZeroDivisionError("deliberately")

        monkeypatch.setattr("qmsdoc.check.check", fail)
        ran = repository.run("validate")
        assert (ran.code, ran.out) == (70, "")
        assert ran.err.startswith("Traceback (most recent call last):")
        assert ran.err.endswith(
            "ZeroDivisionError: deliberately\n"
            "qmsdoc: this is a bug in qmsdoc; please report it with the lines above\n"
        )

    def test_ctrl_c_is_exit_130(self, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
        repository.sop()

        def interrupt(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("qmsdoc.load.load", interrupt)
        ran = repository.run("validate")
        assert ran.code == 130
        assert "Traceback" not in ran.err

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C another way")
    @pytest.mark.usefixtures("interruptible")
    def test_ctrl_c_from_outside(self, repository: Repository) -> None:
        repository.sop()
        slow = "import qmsdoc.load as l, time; l.load = lambda *a, **k: (print('go', flush=True), time.sleep(20))"
        program = subprocess.Popen(
            [sys.executable, "-c", f"{slow}; from qmsdoc.__main__ import main; main()", "validate"],
            cwd=repository.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert program.stdout
        assert program.stdout.readline() == b"go\n"
        program.send_signal(signal.SIGINT)
        _, said = program.communicate(timeout=10)
        assert program.returncode == 130
        assert b"Traceback" not in said

    def test_a_reader_that_goes_away_is_no_bug(self, repository: Repository) -> None:
        """`qmsdoc rule --all | head -1` must not end in a traceback."""
        read, write = os.pipe()
        os.close(read)
        done = subprocess.run(
            [sys.executable, "-m", "qmsdoc", "rule", "--all"],
            cwd=repository.root, stdout=write, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
        os.close(write)
        assert b"Traceback" not in done.stderr
        assert done.returncode != 70


class TestValidate:
    def test_findings_go_to_standard_output_and_the_count_to_standard_error(self, one_error: Repository) -> None:
        ran = one_error.run("validate")
        assert ran.code == 1
        assert ran.out == (
            "error[QD013 raw-html]: `<br>` is raw HTML\n"
            f"  --> {SOP_PATH}:28:11\n"
            "   |\n"
            "28 | 2. Approve<br>\n"
            "   |           ^^^^\n"
            "   = help: write two paragraphs, list items or rows; in a cell `; `\n"
            "   = clause: ISO 13485 4.2.4 e) · more: qmsdoc rule QD013\n"
        )
        assert ran.err == "1 error in 1 document, as of 2026-11-23\n"

    @pytest.mark.parametrize(
        ("level", "error", "warning"), [("error", 1, 0), ("warning", 1, 1), ("info", 1, 1), ("never", 0, 0)]
    )
    def test_fail_on(self, tmp_path: Path, level: str, error: int, warning: int) -> None:
        broken, waived = Repository(tmp_path / "a"), Repository(tmp_path / "b")
        broken.sop(BROKEN)
        waived.sop(SOP.replace("training: read", 'training: read\nwaive: ["QD013: gone"]'))
        assert broken.run("validate", "--fail-on", level).code == error
        assert waived.run("validate", "--fail-on", level).code == warning

    @pytest.mark.parametrize(
        ("options", "codes"),
        [
            ([], ["QD013", "QD103"]),
            (["--select", "QD013"], ["QD013"]),
            (["--select", "raw-html"], ["QD013"]),
            (["--select", "qd1"], ["QD103"]),
            (["--select", "QD0,QD1"], ["QD013", "QD103"]),
            (["--select", "QD0", "--select", "misnamed-file"], ["QD013", "QD103"]),
            (["--ignore", "QD013"], ["QD103"]),
            (["--ignore", "QD0", "--ignore", "QD1"], []),
            (["--select", "QD0,QD1", "--ignore", "raw-html"], ["QD103"]),
        ],
    )
    def test_choosing_rules(self, repository: Repository, options: list[str], codes: list[str]) -> None:
        repository.sop(BROKEN, "sops/other.md")
        ran = repository.run("validate", "--output-format", "concise", *options)
        assert sorted(re.findall(r"\[(QD\d+)", ran.out)) == codes
        assert ran.code == bool(codes)

    @pytest.mark.parametrize("option", ["--select", "--ignore"])
    def test_choosing_a_rule_that_is_none(self, one_error: Repository, option: str) -> None:
        ran = one_error.run("validate", option, "QD013,raw-htlm")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == (
            "qmsdoc: `raw-htlm` is no rule. did you mean `raw-html`?\n"
            "  help: `qmsdoc rule --all` lists the rules\n"
        )

    def test_paths_limit_the_report_and_not_what_is_read(self, one_error: Repository) -> None:
        one_error.write(COMPLAINT_PATH, COMPLAINT.replace("anna-keller", "anna-kellner"))
        root = one_error.root

        def lines(*paths: str) -> list[str]:
            ran = run("--root", root, "validate", "--output-format", "concise", *paths, cwd=root)
            return [line.partition(":")[0] for line in ran.lines]

        assert lines() == lines(".") == [COMPLAINT_PATH, SOP_PATH]
        assert lines("records") == lines("records/complaint/") == lines(COMPLAINT_PATH) == [COMPLAINT_PATH]
        assert lines("sops") == [SOP_PATH]
        assert lines("sops", "records") == [COMPLAINT_PATH, SOP_PATH]
        # The procedure that the complaint names is in a folder that is not reported, and known all the same.
        ran = run("validate", "records", cwd=root)
        assert ran.err.startswith("1 error in 1 document, ")

    def test_a_path_below_the_folder_where_it_is_run(self, one_error: Repository) -> None:
        ran = run("validate", "documents", "--output-format", "concise", cwd=one_error.root / "sops")
        assert ran.lines == [BROKEN_LINE]

    @pytest.mark.parametrize(
        ("path", "said"),
        [
            ("sops/nothing.md", "there is no sops/nothing.md"),
            ("trust", "no documents there to check"),
            ("..", ".. lies outside the QMS repository "),
        ],
    )
    def test_a_path_that_holds_nothing_is_not_a_pass(self, one_error: Repository, path: str, said: str) -> None:
        ran = run("validate", path, cwd=one_error.root)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"qmsdoc: {said}")

    def test_what_is_wrong_outside_documents_can_be_asked_for(self, repository: Repository) -> None:
        repository.sop()
        repository.write("trust/people.toml", "[roles")
        ran = run("validate", "trust", "--output-format", "concise", cwd=repository.root)
        assert ran.code == 1
        assert ran.out.startswith("trust/people.toml:1:1: error[QD701 invalid-people] this is not TOML: ")

    def test_output_file(self, one_error: Repository, tmp_path: Path) -> None:
        target = tmp_path / "findings.txt"
        target.write_text("old and longer than what comes now " * 100)
        ran = one_error.run("validate", "--output-format", "concise", "-o", target)
        assert (ran.code, ran.out) == (1, "")
        assert target.read_bytes().decode() == f"{BROKEN_LINE}\n"
        assert ran.err == "1 error in 1 document, as of 2026-11-23\n"
        assert {file.name for file in tmp_path.iterdir()} == {"findings.txt", "qmsdoc.toml", "trust", "sops"}

    def test_an_output_file_is_whole_or_not_at_all(
        self, one_error: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        target = tmp_path / "findings.txt"
        target.write_text("old")

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("pathlib.Path.replace", full)
        ran = one_error.run("validate", "-o", target)
        assert ran.code == 2
        assert ran.err.endswith(f"qmsdoc: {target} cannot be written: No space left on device\n")
        assert target.read_text() == "old"
        assert not list(tmp_path.glob(".findings*"))

    def test_an_output_file_in_no_folder(self, one_error: Repository, tmp_path: Path) -> None:
        target = tmp_path / "none" / "findings.txt"
        ran = one_error.run("validate", "-o", target)
        assert ran.code == 2
        assert f"qmsdoc: {target} cannot be written: No such file or directory" in ran.err

    def test_the_format_can_come_from_the_environment(
        self, one_error: Repository, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("QMSDOC_OUTPUT_FORMAT", "concise")
        assert one_error.run("validate").lines == [BROKEN_LINE]
        assert json.loads(one_error.run("validate", "--output-format", "json").out)["summary"]["error"] == 1

    @pytest.mark.parametrize(
        ("environment", "coloured"),
        [
            ({}, False),
            ({"FORCE_COLOR": "1"}, True),
            ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
            ({"NO_COLOR": ""}, False),
        ],
    )
    def test_colour(
        self,
        one_error: Repository,
        monkeypatch: pytest.MonkeyPatch,
        environment: dict[str, str],
        coloured: object,
    ) -> None:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        assert ("\x1b[" in one_error.run("validate").out) is coloured

    def test_a_file_is_never_coloured(
        self, one_error: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FORCE_COLOR", "1")
        one_error.run("validate", "-o", tmp_path / "x.txt")
        assert "\x1b[" not in (tmp_path / "x.txt").read_text(encoding="utf-8")

    def test_it_never_writes(self, one_error: Repository) -> None:
        def state() -> dict[str, tuple[int, int]]:
            files = (file for file in one_error.root.rglob("*"))
            return {str(file): (file.stat().st_mtime_ns, file.stat().st_size) for file in files}

        before = state()
        one_error.run("validate")
        assert state() == before

    def test_warnings_do_not_fail_by_default(self, one_warning: Repository) -> None:
        ran = one_warning.run("validate")
        assert ran.code == 0
        assert ran.err == "1 warning in 1 document, as of 2026-11-23\n"


class TestRule:
    def test_by_code_or_name(self) -> None:
        ran = run("rule", "QD101")
        assert ran == run("rule", "qd101") == run("rule", "unknown-document")
        assert ran.code == 0
        assert ran.out.startswith("QD101 unknown-document (error; depends on change)\n===")
        assert "**Why.**" in ran.out
        assert ran.out.endswith("**Clauses.** ISO 13485 4.2.4 d)\n")

    def test_all_are_listed_one_a_line(self) -> None:
        lines = run("rule", "--all").lines
        assert [line.split()[0] for line in lines] == sorted(registry())
        assert lines[0].split(maxsplit=3) == [
            "QD001",
            "error",
            "unreadable-file",
            "A file cannot be read as text.",
        ]

    def test_json(self) -> None:
        rules = json.loads(run("rule", "--all", "--output-format", "json").out)
        assert [rule["code"] for rule in rules] == sorted(registry())
        assert set(rules[0]) == {
            "code",
            "name",
            "severity",
            "summary",
            "explanation",
            "clauses",
            "depends",
            "standard",
        }
        assert [rule["code"] for rule in json.loads(run("rule", "QD202", "--output-format", "json").out)] == [
            "QD202"
        ]

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ([], "qmsdoc: name one rule, or --all\n"),
            (["QD101", "--all"], "qmsdoc: name one rule, or --all\n"),
            (["QD999"], "qmsdoc: `QD999` is no rule."),
            (["unknown-documnet"], "qmsdoc: `unknown-documnet` is no rule. did you mean `unknown-document`?\n"),
        ],
    )
    def test_wrong_usage(self, arguments: list[str], said: str) -> None:
        ran = run("rule", *arguments)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(said)


class TestList:
    @pytest.fixture(autouse=True)
    def two(self, repository: Repository) -> None:
        repository.sop(SOP.replace("title: Control of documents", "title: =1+1 Größe"))
        repository.write(COMPLAINT_PATH, COMPLAINT)

    def test_table(self, repository: Repository) -> None:
        ran = repository.run("list")
        assert (ran.code, ran.err) == (0, "")
        head, rule, *rows = ran.lines
        assert head.split()[:3] == ["Id", "Title", "Type"]
        assert set(rule) == {"─", " "}
        assert [row.split()[0] for row in rows] == ["CMP-001", "SOP-001"]
        assert all(line == line.rstrip() for line in ran.lines)

    def test_json(self, repository: Repository) -> None:
        complaint, sop = json.loads(repository.run("list", "--output-format", "json").out)
        assert (complaint["id"], complaint["state"], sop["state"], sop["revision"]) == (
            "CMP-001",
            "open",
            "draft",
            1,
        )
        assert sop["title"] == "=1+1 Größe"

    def test_csv_is_never_a_formula(self, repository: Repository) -> None:
        ran = repository.run("list", "--output-format", "csv")
        rows = list(csv.DictReader(io.StringIO(ran.out)))
        assert [row["id"] for row in rows] == ["CMP-001", "SOP-001"]
        assert rows[1]["title"] == "'=1+1 Größe"

    def test_filters(self, repository: Repository) -> None:
        def ids(*options: str) -> list[str]:
            return [
                row["id"] for row in json.loads(repository.run("list", "--output-format", "json", *options).out)
            ]

        assert ids("--type", "sop") == ids("--state", "draft") == ["SOP-001"]
        assert ids("--state", "open") == ["CMP-001"]
        assert ids("--state", "effective") == []

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--type", "sopp"], "qmsdoc: `sopp` is not a document type\n  help: did you mean `sop`?\n"),
            (["--state", "efective"], "qmsdoc: `efective` is not a state\n  help: did you mean `effective`?\n"),
        ],
    )
    def test_wrong_filters(self, repository: Repository, options: list[str], said: str) -> None:
        ran = repository.run("list", *options)
        assert (ran.code, ran.out, ran.err) == (2, "", said)

    def test_what_could_not_be_read_is_said_and_fails(self, repository: Repository) -> None:
        repository.write("sops/SOP-002-x.md", "# Nothing\n")
        ran = repository.run("list")
        assert ran.code == 1
        assert "CMP-001" in ran.out
        assert ran.err == "missing: sops/SOP-002-x.md: no front matter\n"


class TestShow:
    def test_facts(self, repository: Repository) -> None:
        repository.sop()
        repository.write(
            COMPLAINT_PATH, COMPLAINT.replace("procedure: SOP-001", "procedure: SOP-001\nreferences: [SOP-001]")
        )
        ran = repository.run("show", "SOP-001")
        assert (ran.code, ran.err) == (0, "")
        facts = dict(re.split(r"  +", line, maxsplit=1) for line in ran.lines)
        assert facts["Title"] == "Control of documents"
        assert facts["State"] == "draft"
        assert facts["File"] == SOP_PATH
        assert facts["Referenced by"] == "CMP-001"

    def test_an_unknown_id(self, repository: Repository) -> None:
        repository.sop()
        ran = repository.run("show", "SOP-0O1")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == "qmsdoc: `SOP-0O1` is not a document in this QMS\n  help: did you mean `SOP-001`?\n"


def test_doctor_says_what_is_there(repository: Repository) -> None:
    parts = json.loads(run("doctor", "--output-format", "json", cwd=repository.root).out)
    by_name = {part["part"]: part for part in parts}
    assert by_name["qmsdoc"]["version"] == __version__
    assert set(parts[0]) == {"part", "version", "needed_for", "how_to_get"}
    assert all(part["how_to_get"] for part in parts if part["version"] == "missing")
