"""The gate: the model QMS passes, and one mistake in it is one finding at its place, without a cascade."""

from __future__ import annotations

import re
import subprocess  # noqa: TID251 - the program as a shell starts it
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from conftest import TODAY, Model, run

if TYPE_CHECKING:
    from pathlib import Path


def test_the_model_qms_passes(model: Model) -> None:
    ran = model.run("validate", "--fail-on", "info")
    assert (ran.code, ran.out) == (0, "")
    assert re.fullmatch(r"no findings in \d+ documents, as of 2026-11-23\n", ran.err)


class Mistake(NamedTuple):
    """One edit: the pattern is replaced by a text, in which `»` stands before the place of the finding."""

    name: str
    document: str
    pattern: str
    by: str
    said: str


MISTAKES = [
    Mistake("misspelt key", "SOP-001", "^review_every:", "»reveiw_every:", "QD005 unknown-key] `reveiw_every`"),
    Mistake("misspelt key of a record", "CAPA-001", "^opened:", "»openned:", "QD005 unknown-key] `openned`"),
    Mistake(
        "unknown id in front matter",
        "SOP-001",
        r"^references:.*(\n  - .*)*",
        "references: [SOP-002, »SOP-0O4]",
        "QD101 unknown-document] `SOP-0O4` is not a document in this QMS",
    ),
    Mistake(
        "impossible date",
        "SOP-001",
        r"^effective_from: .*",
        "effective_from: »2026-02-30",
        "QD006 invalid-value] effective_from: `2026-02-30` is not a day in the calendar",
    ),
    Mistake(
        "a number with a leading zero",
        "SOP-001",
        r"^revision: .*",
        "revision: »01",
        "QD006 invalid-value] revision: `01` is not a whole number",
    ),
    Mistake(
        "typed status",
        "SOP-001",
        r"^revision: (.*)",
        r"»status: effective\nrevision: \1",
        "QD008 typed-state] `status` is not written into a file",
    ),
    Mistake(
        "typed approval",
        "SOP-001",
        r"^revision: (.*)",
        r"»approved_by: Anna Keller\nrevision: \1",
        "QD008 typed-state] `approved_by` is not written into a file",
    ),
    Mistake(
        "unknown clause",
        "SOP-001",
        r"^satisfies:.*(\n  - .*)*",
        "satisfies: [ISO 13485 4.2.4, »ISO 13485 8.2.7]",
        "QD301 unknown-clause] `ISO 13485 8.2.7` does not exist",
    ),
    Mistake(
        "unknown type",
        "SOP-001",
        r"^type: sop",
        "type: »procedure",
        "QD009 unknown-type] `procedure` is not a document type",
    ),
    Mistake(
        "unknown role", "SOP-001", r"^owner: .*", "owner: »quality-manger", "QD203 unknown-role] `quality-manger`"
    ),
    Mistake("a tab in YAML", "SOP-001", r"^owner: ", "»\towner: ", "QD003 invalid-yaml] a tab; YAML wants spaces"),
    Mistake(
        "a colon in a title",
        "SOP-001",
        r"^title: .*",
        "title: Documents»: control",
        "QD003 invalid-yaml] a colon and a space inside an unquoted value",
    ),
    Mistake("a key twice", "SOP-001", r"^(owner: .*)", r"\1\n»\1", "QD004 duplicate-key] `owner` is given twice"),
    Mistake(
        "nested front matter",
        "SOP-001",
        r"^change: .*",
        "change:\n  »by: Anna",
        "QD015 nested-front-matter] `change` is a nested map",
    ),
    Mistake(
        "a broken link",
        "SOP-001",
        r"^## Records$",
        "See »[the form](../../templates/FRM-999-none.md).\n\n## Records",
        "QD105 broken-link] there is no file `../../templates/FRM-999-none.md`",
    ),
    Mistake(
        "raw HTML", "SOP-001", r"^## Records$", "One»<br>two.\n\n## Records", "QD013 raw-html] `<br>` is raw HTML"
    ),
    Mistake(
        "a misspelt section",
        "SOP-001",
        r"^## Records$",
        "»## Recods",
        "QD201 missing-section] the section `Records` is missing",
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake.name for mistake in MISTAKES])
def test_one_mistake_is_one_finding(model: Model, mistake: Mistake) -> None:
    path, text = model.path_of(mistake.document), model.text_of(mistake.document)
    marked, edits = re.subn(mistake.pattern, mistake.by, text, count=1, flags=re.MULTILINE)
    assert edits, f"{mistake.document} no longer holds {mistake.pattern}"
    before, after = marked.split("»")
    model.write(path, (before + after).encode())
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    assert_only(model, f"{path}:{line}:{column}: error[{mistake.said}")


def test_a_duplicate_id(model: Model) -> None:
    text = model.text_of("SOP-002")
    path = "sops/documents/SOP-002-the-same-again.md"
    model.write(path, text.encode())
    first = model.root / "sops/documents"
    assert len(list(first.glob("SOP-002-*"))) == 2
    later = max(file.name for file in first.glob("SOP-002-*"))
    assert_only(model, f"sops/documents/{later}:2:5: error[QD102 duplicate-id] `SOP-002` is already the id of ")


def test_a_file_without_front_matter(model: Model) -> None:
    path = model.path_of("SOP-002")
    model.write(path, model.text_of("SOP-002").split("---\n", 2)[2].encode())
    assert_only(model, f"{path}:1:1: error[QD002 missing-front-matter] ")


def test_a_wrong_cell_in_a_table(model: Model) -> None:
    path = model.path_of("CAPA-001")
    lines = model.text_of("CAPA-001").split("\n")
    header = next(i for i, line in enumerate(lines) if line.startswith("| Action "))
    due = [cell.strip() for cell in lines[header].split("|")].index("Due")
    row = lines[header + 2].split("|")
    row[due] = " next week "
    lines[header + 2] = "|".join(row)
    model.write(path, "\n".join(lines).encode())
    column = lines[header + 2].index("next week") + 1
    said = "error[QD011 invalid-cell] Due: `next week` is not a date; write it as `YYYY-MM-DD`"
    assert_only(model, f"{path}:{header + 3}:{column}: {said}")


def test_two_mistakes_in_two_files_are_both_found(model: Model) -> None:
    first, second = model.path_of("SOP-001"), model.path_of("SOP-002")
    model.write(first, b"\xff\xfe not text")
    model.write(second, model.text_of("SOP-002").replace("type: sop", "type: sopp", 1).encode())
    ran = model.run("validate", "--output-format", "concise")
    assert [line.rpartition("] ")[0].split(" error")[0] for line in ran.lines] == [
        f"{first}:1:1:",
        f"{second}:3:7:",
    ]
    assert ran.err.endswith(" and 2 files that could not be read, as of 2026-11-23\n")


def assert_only(model: Model, beginning: str) -> None:
    """One finding, which begins so, and exit code 1."""
    ran = model.run("validate", "--output-format", "concise")
    assert len(ran.lines) == 1, ran.out
    assert ran.lines[0].startswith(beginning), ran.out
    assert ran.code == 1
    assert ran.err.startswith("1 error in ")


def test_an_empty_folder_is_not_a_pass(tmp_path: Path) -> None:
    ran = run("validate", cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"qmsdoc: no qmsdoc.toml in {tmp_path} or above\n"
        "  help: begin a QMS there with a `qmsdoc.toml`, or name one with --root\n"
    )


def test_a_repository_without_documents_is_not_a_pass(model: Model) -> None:
    for file in model.root.rglob("*.md"):
        file.unlink()
    ran = model.run("validate")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"qmsdoc: no documents in {model.root}\n"
        "  help: put them into sops/, records/ or templates/; `qmsdoc new sop` begins one\n"
    )


@pytest.mark.parametrize(
    ("toml", "error", "hint"),
    [
        ("[company", "qmsdoc.toml is not TOML: Expected ']'", "see https://toml.io"),
        ('[company]\nnmae = "A"', "`nmae` is not a setting of [company]", "did you mean `name`?"),
        ('[compny]\nname = "A"', "`compny` is not a setting of the file", "did you mean `company`?"),
        ("", "[company]: name is missing or not a text", 'write it as `name = "…"`'),
        ('company = "A"', "company is not a table", "write it as `[company]`"),
        (
            '[company]\nname = "A"\ntime_zone = "Berlin"',
            "[company] time_zone: `Berlin` is not a time zone",
            "Europe",
        ),
        ('requires = ">=9"\n[company]\nname = "A"', "this QMS requires qmsdoc >=9, and this is", "install"),
        ('requires = "~=1"\n[company]\nname = "A"', "requires: `~=1` is not a version range", ">=0.1,<1"),
        ('[company]\nname = "A"\n[frameworks]\n"ISO 13458" = "2016"', "[frameworks] ", ""),
        ('[company]\nname = "A"\n[frameworks]\nMDR = 2017', "[frameworks] MDR is not a text", 'MDR" = "2017"'),
        ('[company]\nname = "A"\n[site]\ndrafts = "yes"', "[site] drafts is neither true nor false", ""),
        ('[company]\nname = "A"\n[site]\nrecords = "device"', "records is not a list of texts", "device"),
        ('waivers = "x"\n[company]\nname = "A"', "waivers is not a list of tables", "[[waivers]]"),
        (
            '[company]\nname = "A"\n[[waivers]]\ncode = "QD105"\npath = "sops/"',
            "[[waivers]] number 1: reason is missing",
            "reason",
        ),
        (
            '[company]\nname = "A"\n[[waivers]]\ncode = "QD105"\npath = "sops/"\nreason = "r"\nuntil = "2027"',
            "[[waivers]] number 1: until is not a date",
            "until = 2027-01-31",
        ),
    ],
)
def test_settings_that_are_wrong_are_one_line_and_a_hint(model: Model, toml: str, error: str, hint: str) -> None:
    model.write("qmsdoc.toml", toml)
    ran = model.run("validate")
    assert (ran.code, ran.out) == (2, "")
    said, *helps = ran.err.rstrip("\n").split("\n")
    assert said.startswith(f"qmsdoc: {error}")
    assert len(helps) <= 1
    assert hint in "".join(helps)


def test_the_same_from_a_command_line(model: Model) -> None:
    def validate() -> tuple[int, str]:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "qmsdoc",
                "--today",
                TODAY.isoformat(),
                "validate",
                "--output-format",
                "concise",
            ],
            cwd=model.root / "sops",
            capture_output=True,
            check=False,
            text=True,
            encoding="utf-8",
        )
        return done.returncode, done.stdout

    assert validate() == (0, "")
    path = model.path_of("SOP-001")
    model.write(path, model.text_of("SOP-001").replace("\nid: ", "\nidd: ", 1).encode())
    code, out = validate()
    assert code == 1
    assert out == f"{path}:2:1: error[QD005 unknown-key] `idd` is not a key of sop\n"
