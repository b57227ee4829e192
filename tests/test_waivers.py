"""Accepting a finding: where a waiver stands, what it covers, until when; and what is wrong or unused."""

from __future__ import annotations

import re

import pytest

from conftest import CONFIG, SOP, Repository
from qmsdoc.config import ConfigError, read_config
from qmsdoc.formats.summary import summary
from qmsdoc.views.waivers import waivers_table

OTHER = SOP.replace("SOP-001", "SOP-002").replace("2. Approve.", "2. Approve<br>")


@pytest.fixture(autouse=True)
def two_findings(repository: Repository) -> None:
    """Raw HTML in two files."""
    repository.sop(SOP.replace("2. Approve.", "2. Approve<br>"))
    repository.sop(OTHER, "sops/quality/SOP-002-x.md")


def settings(repository: Repository, *waivers: str) -> None:
    repository.write("qmsdoc.toml", CONFIG + "".join(f"[[waivers]]\n{waiver}\n" for waiver in waivers))


def waived(repository: Repository) -> dict[str, str | None]:
    """The reason of each finding by id, None where it is open."""
    found = repository.check().diagnostics
    return {
        f"{d.code} {d.location.path.rpartition('/')[2]}:{d.location.line}": d.waiver.reason if d.waiver else None
        for d in found
    }


FIRST, SECOND = "QD013 SOP-001-control-of-documents.md:28", "QD013 SOP-002-x.md:28"


@pytest.mark.parametrize(
    ("path", "covered"),
    [
        ("sops/quality/SOP-002-x.md", {SECOND}),
        ("sops/quality/", {SECOND}),
        ("sops/quality", {SECOND}),
        ("sops/", {FIRST, SECOND}),
    ],
)
def test_in_the_settings_for_a_file_or_a_folder(repository: Repository, path: str, covered: set[str]) -> None:
    settings(repository, f'code = "QD013"\npath = "{path}"\nreason = "old text"')
    assert waived(repository) == {key: "old text" if key in covered else None for key in (FIRST, SECOND)}


def test_not_for_the_whole_repository(repository: Repository) -> None:
    settings(repository, 'code = "QD013"\npath = "."\nreason = "old text"')
    assert {key for key in waived(repository) if key.startswith("QD704")} == {"QD704 qmsdoc.toml:7"}


@pytest.mark.parametrize("path", ["sops/qual", "sops/quality/SOP-002", "records/", "SOP-002-x.md", ""])
def test_a_path_is_not_a_beginning_of_a_name(repository: Repository, path: str) -> None:
    settings(repository, f'code = "QD013"\npath = "{path or "none"}"\nreason = "old text"')
    assert waived(repository) == {FIRST: None, SECOND: None, "QD703 qmsdoc.toml:7": None}


@pytest.mark.parametrize(
    ("until", "today_is_covered"), [("2026-11-22", False), ("2026-11-23", True), ("2027-01-31", True)]
)
def test_until_a_day(repository: Repository, until: str, today_is_covered: object) -> None:
    settings(repository, f'code = "QD013"\npath = "sops/"\nreason = "r"\nuntil = {until}')
    if today_is_covered:
        assert waived(repository) == {FIRST: "r", SECOND: "r"}
    else:
        assert waived(repository) == {FIRST: None, SECOND: None, "QD703 qmsdoc.toml:7": None}
        (unused,) = (d for d in repository.check().diagnostics if d.code == "QD703")
        assert unused.message == "the waiver of QD013 waives nothing since 2026-11-22 (r)"


def test_in_a_draft(repository: Repository) -> None:
    repository.sop(
        OTHER.replace("training: read", "training: read\nwaive:\n  - 'QD013: old: text'"),
        "sops/quality/SOP-002-x.md",
    )
    assert waived(repository) == {FIRST: None, "QD013 SOP-002-x.md:30": "old: text"}


@pytest.mark.parametrize(
    ("waiver", "said", "hint"),
    [
        ("QD013", "the waiver of QD013 has no reason", "write `QD013: reason`"),
        ("'QD013:'", "the waiver of QD013 has no reason", "write `QD013: reason`"),
        ("'QD013:  '", "the waiver of QD013 has no reason", "write `QD013: reason`"),
        ("'QD999: because'", "`QD999` is no rule", "write `QD105: reason`"),
        ("'raw-html: because'", "`raw-html` is no rule", "write `QD105: reason`"),
        ("'all of it'", "`all of it` is no rule", "write `QD105: reason`"),
    ],
)
def test_wrong_in_a_draft(repository: Repository, waiver: str, said: str, hint: str) -> None:
    repository.sop(
        OTHER.replace("training: read", f"training: read\nwaive: [{waiver}]"), "sops/quality/SOP-002-x.md"
    )
    found = [d for d in repository.check().diagnostics if d.code == "QD704"]
    assert [(d.message, d.hint, d.location.line, d.location.column) for d in found] == [(said, hint, 12, 9)]
    assert len(repository.check().open) == 3


def test_a_code_that_is_none_in_the_settings(repository: Repository) -> None:
    settings(repository, 'code = "QD0133"\npath = "sops/"\nreason = "r"')
    found = [d for d in repository.check().diagnostics if d.code == "QD704"]
    assert [(d.message, d.hint, d.location.line) for d in found] == [
        ("`QD0133` is no rule", "did you mean `QD013`?", 7)
    ]


def test_unused_ones_are_found_at_their_line(repository: Repository) -> None:
    settings(
        repository,
        'code = "QD013"\npath = "sops/"\nreason = "needed"',
        'code = "QD105"\npath = "sops/"\nreason = "gone"',
        'code = "QD013"\npath = "records/"\nreason = "never"',
    )
    assert [f for f in repository.findings() if "QD703" in f] == [
        "qmsdoc.toml:11:1 QD703 the waiver of QD105 waives nothing (gone)",
        "qmsdoc.toml:15:1 QD703 the waiver of QD013 waives nothing (never)",
    ]


def test_a_rule_that_did_not_run_cannot_say_that_its_waiver_is_unused(repository: Repository) -> None:
    settings(repository, 'code = "QD105"\npath = "sops/"\nreason = "gone"')
    assert {d.code for d in repository.check(codes={"QD013", "QD703"}).diagnostics} == {"QD013"}


def test_paths_that_are_not_reported_use_their_waivers_all_the_same(repository: Repository) -> None:
    settings(repository, 'code = "QD013"\npath = "sops/"\nreason = "r"')
    assert repository.check(paths=["records"]).diagnostics == []
    assert [bool(d.waiver) for d in repository.check(paths=["sops/quality"]).diagnostics] == [True]


def test_waived_findings_are_counted_and_shown_and_do_not_fail(repository: Repository) -> None:
    settings(repository, 'code = "QD013"\npath = "sops/"\nreason = "r"')
    ran = repository.run("validate", "--fail-on", "info")
    assert ran.code == 0
    assert ran.err == "no findings (2 waived) in 2 documents, as of 2026-11-23\n"
    assert ran.out.count("waived[QD013 raw-html]") == 2
    assert ran.out.count("  = reason: r\n") == 2


def test_an_unused_waiver_is_a_warning(repository: Repository) -> None:
    repository.sop()
    repository.sop(OTHER.replace("<br>", ""), "sops/quality/SOP-002-x.md")
    settings(repository, 'code = "QD013"\npath = "sops/"\nreason = "r"')
    assert repository.run("validate").code == 0
    assert repository.run("validate", "--fail-on", "warning").code == 1


def test_the_auditor_sees_all_of_them(repository: Repository) -> None:
    """Those of the settings and of drafts, those past their day and those that accept nothing."""
    repository.sop(
        OTHER.replace("change: First issue", "change: First issue\nwaive: ['QD013: will be rewritten']"),
        "sops/quality/SOP-002-x.md",
    )
    settings(
        repository,
        'code = "QD013"\npath = "sops/documents/"\nreason = "old text"\nuntil = 2026-11-23',
        'code = "QD105"\npath = "sops/"\nreason = "moved | <b>"\nuntil = 2026-11-22',
    )
    ran = repository.run("waivers", "--output-format", "csv")
    assert (ran.code, ran.err) == (0, "")
    assert ran.lines == [
        "code,rule,applies_to,findings,reason,until,where",
        "QD013,raw-html,sops/documents/,1,old text,2026-11-23,qmsdoc.toml:7",
        "QD013,raw-html,sops/quality/SOP-002-x.md,1,will be rewritten,,sops/quality/SOP-002-x.md:13",
        "QD105,broken-link,sops/,0,moved | <b>,2026-11-22,qmsdoc.toml:12",
    ]
    settings(repository)
    repository.sop(OTHER, "sops/quality/SOP-002-x.md")
    assert repository.run("waivers").err == "Waivers: nothing to show\n"


COMMENT = "Text.\n\n[//]: # (QD013: shown as it is typed)\n\nOne<br>line\nand<br>another\n\nThird<br>line\n"


def test_in_a_comment_for_the_block_below_it(repository: Repository) -> None:
    repository.sop(OTHER.replace("The register.", COMMENT), "sops/quality/SOP-002-x.md")
    told = waived(repository)
    reasons = {key.partition(":")[2]: reason for key, reason in told.items() if "SOP-002" in key}
    assert reasons == {"28": None, "36": "shown as it is typed", "37": "shown as it is typed", "39": None}


def test_a_comment_that_accepts_nothing_is_reported_at_its_place(repository: Repository) -> None:
    text = OTHER.replace(
        "The register.", "[//]: # (QD013: old)\n\nThe register.\n\n```\n[//]: # (QD101: shown)\n```"
    )
    repository.sop(text, "sops/quality/SOP-002-x.md")
    (unused,) = (d for d in repository.check().diagnostics if d.code == "QD703")
    assert (unused.location.line, unused.location.column) == (32, 10)


def test_a_comment_without_a_reason(repository: Repository) -> None:
    repository.sop(OTHER.replace("The register.", "[//]: # (QD013)\n\nThe register."), "sops/quality/SOP-002-x.md")
    assert {key for key in waived(repository) if "QD704" in key} == {"QD704 SOP-002-x.md:32"}


def test_a_rule_that_is_off_is_said_everywhere(repository: Repository) -> None:
    off = '[rules.QD013]\nseverity = "off"\nreason = "old texts"\n'
    repository.write("qmsdoc.toml", CONFIG + off)
    found = repository.check()
    assert found.diagnostics == []
    assert summary(found) == "no findings in 2 documents, as of 2026-11-23; switched off: QD013"
    (row,) = waivers_table([], found).rows
    assert row == ("QD013", "raw-html", "everything: off", None, "old texts", None, "qmsdoc.toml:7")


@pytest.mark.parametrize(("severity", "count"), [("error", 2), ("warning", 2), ("info", 2)])
def test_a_rule_with_another_severity(repository: Repository, severity: str, count: int) -> None:
    repository.write("qmsdoc.toml", CONFIG + f'[rules.QD013]\nseverity = "{severity}"\n')
    assert [d.severity.value for d in repository.check().diagnostics] == [severity] * count


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[rules.QD013]\nseverity = "off"\n', "[rules.QD013]: a rule is switched off only with a reason"),
        ('[rules.QD013]\nseverity = "loud"\n', "[rules.QD013]: `loud` is not a severity"),
        ("[rules]\nQD013 = 1\n", "rules: QD013 is not a table"),
        ("[limits]\ncapa = 3\n", "[limits] capa is not a table of days"),
        ("[duties]\ncapa = 3\n", "[duties] capa is not a table of keys and roles"),
    ],
)
def test_settings_that_cannot_be(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match="^" + re.escape(message) + "$"):
        read_config(CONFIG + text)
