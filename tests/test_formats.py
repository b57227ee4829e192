"""What each output format writes: whole outputs of one set of findings, which holds everything that is difficult.

The outputs stand in `fixtures/formats/`. Where one changes on purpose, write it anew with
`QMSDOC_WRITE_SNAPSHOTS=1 pytest tests/test_formats.py` and read the difference before you commit it.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date

import jsonschema
import pytest

from conftest import REPOSITORY, TODAY, Repository
from qmsdoc import __version__
from qmsdoc.diagnostics import Diagnostic, Findings, Location, RuleInfo, Severity, Waiver
from qmsdoc.formats import FORMATS, render
from qmsdoc.formats.summary import summary
from qmsdoc.resources import data
from qmsdoc.rule import select

SNAPSHOTS = REPOSITORY / "tests" / "fixtures" / "formats"
PATH = "sops/documents/SOP-001-control-of-documents.md"

FINDINGS = Findings(
    diagnostics=[
        Diagnostic(
            "QD101",
            "unknown-document",
            Severity.ERROR,
            "`SOP-0O7` is not a document in this QMS",
            Location("records/capa/CAPA-001-ü 1.md", 12, 5, 12),
            "did you mean `SOP-007` (Training and competence, revision 4)?",
            ("ISO 13485 4.2.4 d)",),
            excerpt="  - SOP-0O7",
        ),
        Diagnostic(
            "QD013",
            "raw-html",
            Severity.ERROR,
            "100 % of it::warning::is\nraw, \x1b[31mred and \u202etxt.exe",
            Location(PATH, 30, 8, 12),
            None,
            ("ISO 13485 4.2.4 e)", "MDR Art. 10(8)"),
            excerpt="Größe 日<br>\x1b[2J\u202e\tend",
        ),
        Diagnostic(
            "QD105",
            "broken-link",
            Severity.ERROR,
            "there is no file `a.md`",
            Location(PATH, 31, 1, 9),
            "put it there",
            waiver=Waiver(
                "QD105",
                "the drawing follows\nwith CHG-012",
                Location("qmsdoc.toml", 9),
                "sops/",
                date(2027, 1, 31),
            ),
            excerpt="[a](a.md)",
        ),
        Diagnostic(
            "QD013",
            "raw-html",
            Severity.ERROR,
            "`<br>` is raw HTML",
            Location(PATH, 40, 1, 5),
            None,
            waiver=Waiver("QD013", "from the old text", Location(PATH, 13, 9), PATH),
        ),
        Diagnostic(
            "QD202",
            "overdue-review",
            Severity.WARNING,
            "the review of SOP-002 revision 1 was due on 2026-07-15",
            Location("sops/documents/SOP-002.md", 1),
        ),
        Diagnostic(
            "QD901", "wordy", Severity.INFO, "short is better", Location("sops/documents/SOP-002.md", 140, 3)
        ),
    ],
    documents=41,
    files=42,
    today=TODAY,
    rules=[
        RuleInfo("QD013", "raw-html", Severity.ERROR, "Raw HTML.", "**What.** Tags.", ("ISO 13485 4.2.4 e)",)),
        RuleInfo("QD101", "unknown-document", Severity.ERROR, "No such document.", "**What.** Ids.", ()),
        RuleInfo("QD105", "broken-link", Severity.ERROR, "No such file.", "**What.** Links.", ()),
        RuleInfo("QD202", "overdue-review", Severity.WARNING, "Late.", "**What.** Dates.", (), "time"),
        RuleInfo("QD901", "wordy", Severity.INFO, "Long.", "**What.** Words.", ()),
    ],
)


def snapshot(name: str, text: str) -> None:
    """Compare with the whole output that is kept."""
    path = SNAPSHOTS / name
    if os.environ.get("QMSDOC_WRITE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_bytes().decode()


@pytest.mark.parametrize("name", FORMATS)
def test_whole_output(name: str) -> None:
    text = render(name, FINDINGS)
    snapshot(f"findings.{name}.txt", text.replace(f'"{__version__}"', '"VERSION"'))


@pytest.mark.parametrize("name", ["full", "grouped"])
def test_whole_output_in_colour(name: str) -> None:
    snapshot(f"findings.{name}-colour.txt", render(name, FINDINGS, color=True))


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_that_a_terminal_obeys_is_sent_to_it(name: str) -> None:
    text = render(name, FINDINGS)
    assert "\x1b" not in text
    if name not in {"json", "sarif"}:  # JSON Lines escape it
        assert "\u202e" not in text


@pytest.mark.parametrize("name", FORMATS)
def test_output_ends_with_one_line_feed_or_is_empty(name: str) -> None:
    assert render(name, FINDINGS)[-2:] not in {"\n\n", "\r\n"}
    nothing = render(name, replace(FINDINGS, diagnostics=[]))
    if name in {"full", "concise", "grouped", "jsonl", "github"}:
        assert nothing == ""
    else:
        assert nothing.endswith(("}\n", "]\n", ">\n", "as of 2026-11-23\n"))


def test_each_finding_is_one_line_for_editors_and_grep() -> None:
    assert len(render("concise", FINDINGS).splitlines()) == len(FINDINGS.diagnostics)


def test_json_keeps_to_its_schema(repository: Repository) -> None:
    schema = json.loads(data("schemas", "findings.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    repository.sop()
    for findings in (FINDINGS, replace(FINDINGS, diagnostics=[]), repository.check()):
        validator.validate(json.loads(render("json", findings)))
    wrong = json.loads(render("json", FINDINGS))
    wrong["diagnostics"][0]["line"] = 0
    assert not validator.is_valid(wrong)


def test_sarif_keeps_to_its_schema(repository: Repository) -> None:
    path = REPOSITORY / "tests" / "vendor" / "sarif-2.1.0-rtm.5.schema.json"
    validator = jsonschema.Draft4Validator(json.loads(path.read_text(encoding="utf-8")))
    repository.write("sops/SOP-002-x.md", "# Nothing\n")
    for findings in (FINDINGS, repository.check()):
        validator.validate(json.loads(render("sarif", findings)))


def test_sarif_lists_every_rule_that_ran(repository: Repository) -> None:
    repository.sop()
    (run,) = json.loads(render("sarif", repository.check()))["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == sorted(select([], []))
    (run,) = json.loads(render("sarif", repository.check(codes={"QD105", "QD101"})))["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["QD101", "QD105"]


def test_sarif_results_point_at_their_rule() -> None:
    (run,) = json.loads(render("sarif", FINDINGS))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_github_shows_errors_first_and_counts_what_it_hides() -> None:
    many = [FINDINGS.diagnostics[4], *[FINDINGS.diagnostics[0]] * 12]
    lines = render("github", replace(FINDINGS, diagnostics=many)).splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["::error"] * 12 + ["::warning", "::notice"]
    assert lines[-1] == "::notice title=qmsdoc::2 more findings stand in the log of this step"


def test_github_commands_cannot_be_forged() -> None:
    """No message, hint, reason or file name ends its command and begins another."""
    evil = "x\r\n::set-output name=a::b%0A,line=1"
    found = Diagnostic("QD105", "broken-link", Severity.ERROR, evil, Location(evil, 1), evil)
    waived = replace(found, waiver=Waiver("QD105", evil, Location(evil)))
    lines = render("github", replace(FINDINGS, diagnostics=[found, waived])).split("\n")
    assert len(lines) == 3
    assert all(line.startswith(("::error file=", "::notice file=")) for line in lines[:2])
    assert all(line.count("::") == 2 or ",line=1" in line.partition("::x")[2] for line in lines[:2])
    assert "%250A" in lines[0]


def test_a_long_line_is_shown_around_the_place() -> None:
    long = replace(
        FINDINGS.diagnostics[0], excerpt=f"{'a' * 5000}HERE{'b' * 5000}", location=Location("x.md", 1, 5001, 5005)
    )
    block = render("full", replace(FINDINGS, diagnostics=[long])).splitlines()
    source, caret = block[3], block[4]
    assert len(source) < 200
    start = caret.index("^")
    assert source[start : start + 4] == "HERE"
    assert caret.count("^") == 4


def test_wide_characters_keep_the_caret_below_its_place() -> None:
    wide = replace(FINDINGS.diagnostics[0], excerpt="日本 x", location=Location("x.md", 1, 4, 5))
    assert render("full", replace(FINDINGS, diagnostics=[wide])).splitlines()[3:5] == ["1 | 日本 x", "  |      ^"]


@pytest.mark.parametrize(
    ("diagnostics", "documents", "files", "line"),
    [
        ([], 1, 1, "no findings in 1 document"),
        (
            FINDINGS.diagnostics,
            41,
            43,
            "2 errors, 1 warning, 1 info (2 waived) in 41 documents and 2 files that could not be read",
        ),
        (FINDINGS.diagnostics[:1], 2, 2, "1 error in 2 documents"),
    ],
)
def test_the_last_line(diagnostics: list[Diagnostic], documents: int, files: int, line: str) -> None:
    assert summary(Findings(diagnostics, documents, files, TODAY)) == f"{line}, as of 2026-11-23"
