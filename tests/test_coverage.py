"""Coverage: what is answered, by whom, and whether records show it. Acts are fabricated: signing comes later."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest

from conftest import COMPLAINT, COMPLAINT_PATH, CONFIG, SOP, TODAY
from qmsdoc.trust.act import Meaning
from qmsdoc.views.coverage import Level, Row, ask, coverage, unit_of
from qmsdoc.views.coverage_table import claim_text, summary
from qmsdoc.views.table import Column, Table
from qmsdoc.views.workbook import as_workbook
from test_conditions import device

if TYPE_CHECKING:
    from conftest import Repository
    from qmsdoc.trust.act import Act

GOALS = """\
framework: GOALS
edition: '1'
clauses:
  - {ref: '1', title: Innovation, kind: heading}
  - {ref: '1.1', title: Ideas, parent: '1', unit: true, points: c, summary: Gather ideas.}
  - {ref: '1.2', title: Transfer, parent: '1', unit: true}
  - {ref: '1.2.1', title: Early, parent: '1.2'}
  - {ref: '2', title: Sterile supply, unit: true, when: [sterile]}
"""
OWN = "schemas/frameworks/goals.yaml"


def claiming(*claims: str) -> str:
    return SOP.replace("[ISO 13485 4.2.4 @procedure]", f"[{', '.join(claims)}]")


def rows(
    repository: Repository,
    framework: str = "ISO 13485",
    *,
    approved: str = "2026-02-01",
    today: date = TODAY,
    months: int = 12,
    drafts: bool = False,
) -> dict[str, Row]:
    acts: list[Act] = [repository.act(Meaning.APPROVAL, approved)] if approved else []
    question = ask(repository.load(acts), today, months=months, drafts=drafts)
    return {row.clause.ref: row for row in coverage(question, framework)}


def levels(repository: Repository, *refs: str, framework: str = "GOALS", **facts: object) -> list[str]:
    found = rows(repository, framework, **facts)  # type: ignore[arg-type]
    return [found[ref].level.value for ref in refs]


@pytest.fixture
def goals(repository: Repository) -> Repository:
    repository.write("qmsdoc.toml", CONFIG + 'GOALS = "1"\n')
    repository.write(OWN, GOALS)
    return repository


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([], ["not addressed", "not addressed"]),
        (["GOALS 1.1 @procedure"], ["addressed", "not addressed"]),
        (["GOALS 1.1"], ["partly addressed", "not addressed"]),  # no section
        (["GOALS 1.1 @nowhere"], ["partly addressed", "not addressed"]),  # no such section
        (["GOALS 1.1 b) @procedure"], ["partly addressed", "not addressed"]),  # below a unit
        (["GOALS 1.2.1 @procedure"], ["not addressed", "partly addressed"]),
        (["GOALS 1 @procedure"], ["not addressed", "not addressed"]),  # above its units
        (["GOALS 1.* @procedure"], ["addressed", "addressed"]),  # on purpose
        (["GOALS 1.1-1.2 @procedure"], ["addressed", "addressed"]),
    ],
)
def test_a_claim_covers_what_it_names(goals: Repository, claims: list[str], expected: list[str]) -> None:
    goals.sop(claiming(*claims))
    assert levels(goals, "1.1", "1.2") == expected


def test_only_a_document_in_force_answers(goals: Repository) -> None:
    goals.sop(claiming("GOALS 1.1 @procedure"))
    assert levels(goals, "1.1", approved="") == ["claimed by a draft"]
    assert levels(goals, "1.1", approved="", drafts=True) == ["addressed"]
    assert levels(goals, "1.1", approved="2026-11-30") == ["claimed by a draft"]  # signed later than today
    assert levels(goals, "1.1", today=date(2026, 1, 14), approved="2026-01-10") == ["claimed by a draft"]


def test_a_draft_beside_a_revision_in_force_takes_nothing_away(goals: Repository) -> None:
    goals.sop(claiming("GOALS 1.1 @procedure"))
    act = goals.act(Meaning.APPROVAL, "2026-02-01")
    copy = "approvals/SOP-001/r1/copy/sops/documents/SOP-001-control-of-documents.md"
    goals.write(copy, claiming("GOALS 1.1 @procedure"))
    goals.sop(claiming("GOALS 1.2 @procedure").replace("revision: 1", "revision: 2"))
    found = {row.clause.ref: row for row in coverage(ask(goals.load([act]), TODAY), "GOALS")}
    assert (found["1.1"].level, found["1.2"].level) == (Level.ADDRESSED, Level.DRAFT)
    assert [claim_text(claim) for claim in found["1.2"].claims] == ["SOP-001 @procedure (draft)"]


def test_a_withdrawn_document_answers_nothing(goals: Repository) -> None:
    goals.sop(claiming("GOALS 1.1 @procedure"))
    acts = [goals.act(Meaning.APPROVAL, "2026-02-01"), goals.act(Meaning.WITHDRAWAL, "2026-03-01")]
    (row, *_) = coverage(ask(goals.load(acts), TODAY), "GOALS")
    assert (row.level, row.claims) == (Level.NOT_ADDRESSED, ())


def test_a_document_for_one_device_answers_for_no_other(goals: Repository) -> None:
    device(goals, 1)
    device(goals, 2)
    text = claiming("GOALS 1.1 @procedure").replace("type: sop", "type: report").replace("SOP-001", "RPT-001")
    goals.write("sops/RPT-001-report.md", text.replace("training: read", "training: read\ndevices: [DEV-002]"))
    question = ask(goals.load(), TODAY, drafts=True)
    row = coverage(question, "GOALS")[0]
    assert (row.level, row.because) == (Level.PARTLY, "not for DEV-001")
    alone = {name: ask(goals.load(), TODAY, drafts=True, device=name) for name in ("DEV-001", "DEV-002")}
    assert coverage(alone["DEV-001"], "GOALS")[0].level is Level.NOT_ADDRESSED
    assert coverage(alone["DEV-002"], "GOALS")[0].level is Level.ADDRESSED
    ran = goals.run("coverage", "GOALS", "--device", "DEV-003")
    assert (ran.code, ran.err.splitlines()) == (
        2,
        ["qmsdoc: `DEV-003` is not a current device", "  help: did you mean `DEV-002`?"],
    )


def test_headings_and_points_are_not_counted(goals: Repository) -> None:
    goals.sop()
    assert list(rows(goals, "GOALS")) == ["1.1", "1.2", "2"]
    catalog = goals.load().catalogs["GOALS"]
    assert [unit_of(ref, catalog) for ref in ("1", "1.1", "1.1 b)", "1.2.1", "3")] == ["", "1.1", "1.1", "1.2", ""]


MANUAL = """\
---
id: MAN-001
type: manual
title: Quality manual
revision: 1
owner: quality-manager
effective_from: 2026-01-15
---

## Exclusions and non-applications

| Clause | Status | Justification |
|---|---|---|
| {clause} | {status} | Nothing is sterile |
"""


def manual(repository: Repository, clause: str, status: str = "not applicable") -> None:
    repository.write("sops/MAN-001-quality-manual.md", MANUAL.format(clause=clause, status=status))


def omitted(repository: Repository, ref: str, *, approved: bool) -> Row:
    acts = [repository.act(Meaning.APPROVAL, "2026-02-01", "MAN-001")] if approved else []
    question = ask(repository.load(acts), TODAY)
    return {row.clause.ref: row for row in coverage(question, "ISO 13485")}[ref]


def test_a_clause_is_left_out_by_the_approved_manual_with_its_reason(repository: Repository) -> None:
    device(repository)
    manual(repository, "ISO 13485 7.5.5")
    row = omitted(repository, "7.5.5", approved=True)
    assert row.level is Level.NOT_APPLICABLE
    assert row.because == "not applicable: Nothing is sterile (MAN-001, revision 1, effective)"
    assert omitted(repository, "7.5.5", approved=False).level is Level.DRAFT


def test_a_manual_that_facts_contradict_leaves_nothing_out(repository: Repository) -> None:
    device(repository, sterile="true")
    manual(repository, "ISO 13485 7.5.5")
    assert omitted(repository, "7.5.5", approved=True).level is Level.NOT_ADDRESSED


def test_a_draft_of_the_manual_neither_takes_away_nor_hides(repository: Repository) -> None:
    device(repository)
    manual(repository, "ISO 13485 7.5.5")
    act = repository.act(Meaning.APPROVAL, "2026-02-01", "MAN-001")
    copy = "approvals/MAN-001/r1/copy/sops/MAN-001-quality-manual.md"
    repository.write(copy, MANUAL.format(clause="ISO 13485 7.5.5", status="not applicable"))
    manual(repository, "ISO 13485 7.5.7")
    file = repository.root / "sops/MAN-001-quality-manual.md"
    file.write_text(file.read_text(encoding="utf-8").replace("revision: 1", "revision: 2"), encoding="utf-8")
    found = {row.clause.ref: row for row in coverage(ask(repository.load([act]), TODAY), "ISO 13485")}
    assert (found["7.5.5"].level, found["7.5.7"].level) == (Level.NOT_APPLICABLE, Level.DRAFT)


def test_a_row_of_a_draft_manual_hides_no_answer(repository: Repository) -> None:
    repository.sop(claiming("ISO 13485 7.5.5 @procedure"))
    manual(repository, "ISO 13485 7.5.5")
    assert rows(repository)["7.5.5"].level is Level.NO_EVENT  # answered; no lot was sterilised yet


@pytest.mark.parametrize("clause", ["MDR Art. 83", "MDR Art. 10(9)", "MDR Art. 87.*", "MDR Art. 10(9)(k)"])
def test_no_manual_leaves_out_what_a_regulation_asks(repository: Repository, clause: str) -> None:
    device(repository)
    manual(repository, clause)
    assert [d.code for d in repository.check().open if d.code == "QD304"] == ["QD304"]
    acts = [repository.act(Meaning.APPROVAL, "2026-02-01", "MAN-001")]
    levels_found = {row.clause.ref: row.level for row in coverage(ask(repository.load(acts), TODAY), "MDR")}
    assert levels_found["Article 83(1)"] is Level.NOT_ADDRESSED
    assert levels_found["Article 10(9)(k)"] is Level.NOT_ADDRESSED


def test_a_point_of_a_clause_that_everybody_answers_cannot_be_left_out(repository: Repository) -> None:
    manual(repository, "ISO 13485 4.2.4 d)")
    assert [d.code for d in repository.check().open if d.code == "QD304"] == ["QD304"]


def test_a_heading_leaves_out_what_stands_below(repository: Repository) -> None:
    device(repository, designed_in_house="false")
    repository.write("qmsdoc.toml", CONFIG.replace("[frameworks]", 'roles = ["distributor"]\n[frameworks]'))
    manual(repository, "ISO 13485 7.3", "excluded")
    assert omitted(repository, "7.3.4", approved=True).level is Level.NOT_APPLICABLE


def test_a_manufacturer_cannot_leave_design_out(repository: Repository) -> None:
    device(repository)
    manual(repository, "ISO 13485 7.3", "excluded")
    assert omitted(repository, "7.3.4", approved=True).level is Level.NOT_ADDRESSED


def test_where_facts_speak_against_a_clause_the_manual_still_says_so(repository: Repository) -> None:
    device(repository)
    row = rows_of_draft(repository)["7.5.5"]
    assert row.level is Level.NOT_ADDRESSED
    assert row.because == "not sterile (DEV-001): the quality manual may declare it not applicable"


def rows_of_draft(repository: Repository) -> dict[str, Row]:
    return {row.clause.ref: row for row in coverage(ask(repository.load(), TODAY), "ISO 13485")}


COMPLAINTS = claiming("ISO 13485 8.2.2 @procedure")


def test_records_of_the_kind_show_that_a_clause_is_lived(repository: Repository) -> None:
    repository.sop(COMPLAINTS)
    row = rows(repository)["8.2.2"]
    assert (row.level, row.because) == (Level.NO_EVENT, "nothing recorded in 12 months")
    repository.write(COMPLAINT_PATH, COMPLAINT)
    row = rows(repository)["8.2.2"]
    assert (row.level, row.evidence.ids) == (Level.EVIDENCED, ("CMP-001",))
    assert rows(repository, today=date(2028, 1, 2))["8.2.2"].level is Level.NO_EVENT
    assert rows(repository, today=date(2028, 1, 2), months=24)["8.2.2"].level is Level.EVIDENCED


AUDIT = """\
---
id: AUD-001
type: audit
title: Internal audit
owner: quality-manager
opened: 2026-02-01
procedure: SOP-001
audit_kind: internal
planned_on: 2026-03-01
processes: [SOP-001]
auditors: [anna-keller]
{performed}---

## Scope and criteria

All.
"""


def test_what_is_expected_every_year_becomes_overdue(repository: Repository) -> None:
    repository.sop(claiming("ISO 13485 8.2.4 @procedure"))
    assert rows(repository)["8.2.4"].level is Level.ADDRESSED  # in force since February: the first is not due yet
    late = rows(repository, today=date(2027, 2, 2))["8.2.4"]
    assert (late.level, late.because) == (Level.OVERDUE, "audit was due on 2027-02-01")
    repository.write("records/audit/AUD-001-internal.md", AUDIT.format(performed=""))
    assert rows(repository, today=date(2027, 2, 2))["8.2.4"].level is Level.OVERDUE  # planned is not performed
    repository.write("records/audit/AUD-001-internal.md", AUDIT.format(performed="performed_on: 2026-03-02\n"))
    assert rows(repository, today=date(2027, 3, 2))["8.2.4"].level is Level.EVIDENCED
    assert rows(repository, today=date(2027, 3, 3))["8.2.4"].level is Level.OVERDUE
    repository.write("qmsdoc.toml", CONFIG + "[intervals]\naudit = 24\n")
    assert rows(repository, today=date(2027, 3, 3))["8.2.4"].level is Level.EVIDENCED


def test_the_clock_runs_on_when_a_new_revision_comes_into_force(repository: Repository) -> None:
    text = claiming("ISO 13485 8.2.4 @procedure")
    repository.sop(text)
    repository.write("approvals/SOP-001/r1/copy/sops/documents/SOP-001-control-of-documents.md", text)
    acts = [repository.act(Meaning.APPROVAL, "2026-02-01")]
    repository.sop(text.replace("revision: 1", "revision: 2"))
    acts.append(repository.act(Meaning.APPROVAL, "2027-01-20"))
    found = coverage(ask(repository.load(acts), date(2027, 2, 2)), "ISO 13485")
    assert next(row.level for row in found if row.clause.ref == "8.2.4") is Level.OVERDUE


def test_all_points_count_once(repository: Repository) -> None:
    repository.sop(claiming("MDR Art. 83.* @procedure"))
    row = rows(repository, "MDR")["Article 83(3)"]
    assert [claim_text(claim) for claim in row.claims] == ["SOP-001 @procedure"]


def test_records_of_another_device_show_nothing_of_this_one(repository: Repository) -> None:
    device(repository, 1)
    repository.sop(COMPLAINTS)
    repository.write(COMPLAINT_PATH, COMPLAINT)
    acts = [repository.act(Meaning.APPROVAL, "2026-02-01")]

    def level() -> Level:
        question = ask(repository.load(acts), TODAY, device="DEV-001")
        return next(row.level for row in coverage(question, "ISO 13485") if row.clause.ref == "8.2.2")

    assert level() is Level.NO_EVENT
    named = COMPLAINT.replace("procedure: SOP-001", "procedure: SOP-001\ndevices: [DEV-001]")
    repository.write(COMPLAINT_PATH, named)
    assert level() is Level.EVIDENCED


SUPPLIER = """\
---
id: SUP-001
type: supplier
title: Foundry
owner: quality-manager
from: 2025-01-01
supplies: castings
criticality: critical
evaluated_on: 2026-01-31
evaluate_every: 1
---
"""


def test_an_entry_past_its_renewal_is_overdue(repository: Repository) -> None:
    repository.sop(claiming("ISO 13485 7.4.1 @procedure"))
    repository.write("records/suppliers/SUP-001-foundry.md", SUPPLIER)
    assert rows(repository, today=date(2026, 2, 28))["7.4.1"].level is Level.EVIDENCED
    row = rows(repository, today=date(2026, 3, 1))["7.4.1"]
    assert (row.level, row.because) == (Level.OVERDUE, "SUP-001 was due on 2026-02-28")


def test_evidence_elsewhere_is_said_and_not_believed(repository: Repository) -> None:
    repository.write("qmsdoc.toml", CONFIG + '[systems]\ncrm = "Customer system"\n')
    repository.sop(COMPLAINTS.replace("training: read", "training: read\nevidence: [crm:complaints]"))
    row = rows(repository)["8.2.2"]
    assert (row.level, row.because) == (Level.ELSEWHERE, "held in crm:complaints, not verified here")


def test_the_summary_counts_what_applies(goals: Repository) -> None:
    goals.sop(claiming("GOALS 1.1 @procedure"))
    device(goals)
    counted = summary(list(rows(goals, "GOALS").values()))
    assert (counted.applicable, counted.not_applicable, counted.good, counted.percent) == (2, 1, 1, 50.0)


class TestCommand:
    def test_it_lists_what_is_asked_and_who_answers(self, goals: Repository) -> None:
        goals.sop(claiming("GOALS 1.1 @procedure"))
        ran = goals.run("coverage", "goals")
        assert ran.code == 0
        assert ran.err == "GOALS:1: 3 clauses apply, 2 not addressed, 1 claimed by a draft\n"
        assert " ".join(ran.lines[2].split()) == "GOALS 1.1 Ideas claimed by a draft SOP-001 @procedure (draft)"

    def test_json_has_a_row_a_unit(self, goals: Repository) -> None:
        goals.sop(claiming("GOALS 1.1 @procedure"))
        data = json.loads(goals.run("coverage", "GOALS", "--drafts", "--output-format", "json").out)
        assert data[0] == {
            "framework": "GOALS",
            "ref": "1.1",
            "title": "Ideas",
            "level": "addressed",
            "documents": ["SOP-001 @procedure (draft)"],
            "records": [],
            "because": "",
        }

    def test_gaps_leave_out_what_is_answered(self, goals: Repository) -> None:
        goals.sop(claiming("GOALS 1.1 @procedure"))
        data = json.loads(goals.run("coverage", "GOALS", "--gaps", "--drafts", "--output-format", "json").out)
        assert [row["ref"] for row in data] == ["1.2", "2"]

    @pytest.mark.parametrize(("least", "code"), [("33", 0), ("34", 1), ("100", 1), ("0", 0)])
    def test_fail_under_is_a_gate(self, goals: Repository, least: str, code: int) -> None:
        goals.sop(claiming("GOALS 1.1 @procedure"))
        ran = goals.run("coverage", "GOALS", "--drafts", "--fail-under", least)
        assert ran.code == code
        said = f"answered and not overdue: GOALS 33.3 %; asked for {least} %"
        assert (said in ran.err) is bool(code)

    def test_drafts_are_no_answer_to_the_gate(self, goals: Repository) -> None:
        goals.sop(claiming("GOALS 1.* @procedure", "GOALS 2 @procedure"))
        assert goals.run("coverage", "GOALS", "--fail-under", "1").code == 1
        assert goals.run("coverage", "GOALS", "--fail-under", "100", "--drafts").code == 0

    def test_a_sample_shows_the_passage_beside_the_claim(self, goals: Repository) -> None:
        goals.sop(claiming("GOALS 1.1 @procedure"))
        ran = goals.run("coverage", "--sample", "9", "--seed", "4", "--drafts")
        assert ran.out == (
            "SOP-001 @procedure claims GOALS 1.1\n"
            "  asks: Gather ideas.\n"
            "  --> sops/documents/SOP-001-control-of-documents.md:25\n"
            "  | ## Procedure\n  |\n  | 1. Write.\n  | 2. Approve.\n  |\n"
            "\n1 of 1 claims, seed 4\n"
        )
        assert goals.run("coverage", "--sample", "1").code == 2  # nothing is in force

    def test_of_a_table_by_clauses_a_sample_shows_the_rows_of_the_claim(self, goals: Repository) -> None:
        """The row of the clause, of one above it and of one below it; a row about no clause stays."""
        text = claiming("MDR Annex I 10.4 @requirements").replace("type: sop", "type: gspr-checklist")
        text = text.replace("SOP-001", "GSP-001").replace("## Procedure", "## Requirements")
        table = "| Requirement | Applies | Method |\n|---|---|---|\n"
        rows = [f"| {name} | true | How |" for name in ("MDR Annex I 9", "MDR Annex I 10", "MDR Annex I 10.4.1")]
        rows += ["| MDR Annex I 10.5 | true | How |", "| nothing | true | How |"]
        lines = table + "\n".join(rows) + "\n"
        text = text.replace("1. Write.\n2. Approve.\n", lines)
        goals.write("sops/GSP-001-checklist.md", text.encode())
        out = goals.run("coverage", "MDR", "--sample", "1", "--drafts").out
        shown = [line.removeprefix("  | ") for line in out.splitlines() if line.startswith("  | |")]
        assert shown == [*table.splitlines(), rows[1], rows[2], rows[4]]

    def test_the_same_seed_draws_the_same_sample(self, goals: Repository) -> None:
        goals.sop(claiming("GOALS 1.* @procedure", "ISO 13485 4.2.* @procedure"))
        drawn = [goals.run("coverage", "--sample", "2", "--seed", seed, "--drafts").out for seed in "1123"]
        assert drawn[0] == drawn[1]
        assert len({text.rpartition(", seed")[0] for text in drawn}) > 1

    def test_markdown_shows_text_as_text(self, goals: Repository) -> None:
        goals.write(OWN, GOALS.replace("title: Ideas", "title: 'Ideas | <b>*bold*</b>'"))
        goals.sop()
        out = goals.run("coverage", "GOALS", "--output-format", "markdown").out
        assert r"| GOALS | 1.1 | Ideas \| \<b\>\*bold\*\</b\> | not addressed |  |  |  |" in out

    def test_applicability_names_the_facts(self, goals: Repository) -> None:
        goals.sop()
        device(goals)
        data = json.loads(goals.run("coverage", "GOALS", "--applicability", "--output-format", "json").out)
        assert [(row["ref"], row["applies"], row["devices"], row["because"]) for row in data] == [
            ("1.1", "yes", ["DEV-001"], "always"),
            ("1.2", "yes", ["DEV-001"], "always"),
            ("2", "no", [], "not sterile (DEV-001)"),
        ]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (("--gaps", "--applicability"), "--applicability and --gaps ask for different things"),
            (("--sample", "2", "--fail-under", "9"), "--sample and --fail-under ask for different things"),
            (("--sample", "2", "--months", "3"), "--sample and --months ask for different things"),
            (("--seed", "2"), "--seed is of a sample"),
            (("--device", ""), "--device names no device"),
            (("--crosswalk", "--applicability"), "--applicability and --crosswalk ask for different things"),
            (("--sample", "2", "--output-format", "csv", "--drafts"), "a sample is text for a person to read"),
        ],
    )
    def test_options_that_do_not_fit_together(
        self, goals: Repository, options: tuple[str, ...], message: str
    ) -> None:
        goals.sop()
        ran = goals.run("coverage", *options)
        assert (ran.code, ran.err.splitlines()[0]) == (2, f"qmsdoc: {message}")

    def test_a_framework_that_is_not_active_is_refused(self, goals: Repository) -> None:
        goals.sop()
        ran = goals.run("coverage", "IVDR")
        assert (ran.code, ran.err.splitlines()[0]) == (2, "qmsdoc: IVDR is not active in qmsdoc.toml")
        assert goals.run("coverage", "GAOLS").err.splitlines()[1] == "  help: did you mean `GOALS`?"

    def test_a_framework_that_cannot_be_read_is_missing_aloud(self, goals: Repository) -> None:
        goals.sop()
        goals.write(OWN, "framework: [GOALS")
        ran = goals.run("coverage", "ISO 13485", "--drafts", "--fail-under", "0")
        assert (ran.code, ran.err.splitlines()[-1]) == (1, "missing: framework GOALS: its file cannot be read")

    def test_a_framework_in_which_nothing_counts_is_no_success(self, goals: Repository) -> None:
        goals.sop()
        goals.write(OWN, GOALS.replace(", unit: true", ""))
        ran = goals.run("coverage", "GOALS", "--fail-under", "100")
        assert (ran.code, ran.err.splitlines()[0]) == (2, "qmsdoc: GOALS has no clause that is counted")

    def test_another_edition_is_not_answered_for(self, goals: Repository) -> None:
        goals.sop()
        ran = goals.run("coverage", "MDR 2017/745@2020-04-24")
        assert (ran.code, ran.err.splitlines()[0]) == (2, "qmsdoc: this QMS works to MDR 2017/745")

    def test_no_gaps_are_written_as_no_gaps(self, goals: Repository) -> None:
        goals.sop(claiming("GOALS 1.* @procedure", "GOALS 2 @procedure"))
        file = goals.root / "gaps.txt"
        file.write_text("yesterday")
        assert goals.run("coverage", "GOALS", "--gaps", "--drafts", "-o", file).code == 0
        assert len(file.read_text().splitlines()) == 2  # the header alone


class TestWorkbook:
    def make(self, repository: Repository, name: str = "a.xlsx") -> bytes:
        file = repository.root / name
        ran = repository.run("coverage", "GOALS", "--drafts", "--output-format", "xlsx", "-o", file)
        assert ran.code == 0
        return file.read_bytes()

    def test_it_is_the_same_bytes_each_time(self, goals: Repository) -> None:
        goals.sop(claiming("GOALS 1.1 @procedure"))
        book = self.make(goals)
        assert book == self.make(goals, "b.xlsx")
        with zipfile.ZipFile(io.BytesIO(book)) as parts:  # and carries no time of its making
            assert b"2000-01-01T00:00:00Z" in parts.read("docProps/core.xml")
            assert {info.date_time[0] for info in parts.infolist()} == {1980}

    def test_it_opens_with_frozen_header_filters_and_links(self, goals: Repository) -> None:
        goals.sop(claiming("GOALS 1.1 @procedure", "GOALS 1.2 @procedure"))
        goals.write("qmsdoc.toml", CONFIG + 'GOALS = "1"\n[site]\nurl = "https://qms.example.org/"\n')
        book = openpyxl.load_workbook(io.BytesIO(self.make(goals)))
        assert book.sheetnames == ["Coverage", "Claims", "Documents"]
        sheet = book["Coverage"]
        assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:G4")
        assert [cell.value for cell in sheet[2]][:4] == ["GOALS", "1.1", "Ideas", "addressed"]
        assert sheet["B3"].hyperlink.location == "'Claims'!A3"
        assert book["Claims"]["B3"].hyperlink.location == "'Coverage'!A3"
        assert book["Claims"]["C2"].hyperlink.location == "'Documents'!A2"
        assert book["Documents"]["B2"].hyperlink.target == "https://qms.example.org/documents/SOP-001.html"

    def test_equal_references_of_two_frameworks_lead_each_to_its_own(self, goals: Repository) -> None:
        goals.write(OWN, GOALS.replace("'1.1'", "'4.2.4'").replace("title: Ideas, parent: '1'", "title: Ideas"))
        goals.sop(claiming("ISO 13485 4.2.4 @procedure", "GOALS 4.2.4 @procedure"))
        file = goals.root / "two.xlsx"
        assert goals.run("coverage", "--drafts", "--output-format", "xlsx", "-o", file).code == 0
        book = openpyxl.load_workbook(file)
        for row in book["Coverage"].iter_rows(min_row=2):
            if row[1].value == "4.2.4":
                target = row[1].hyperlink.location.rpartition("!A")[2]
                assert book["Claims"][f"A{target}"].value == row[0].value

    def test_sheets_of_the_same_name_are_told_apart(self) -> None:
        table = Table("A title that is longer than a sheet's name", [Column("x", "X")], [("=1",)])
        book = openpyxl.load_workbook(io.BytesIO(as_workbook([table, table], {})))
        assert len(set(book.sheetnames)) == 2

    def test_no_text_becomes_a_formula(self, goals: Repository) -> None:
        goals.write(OWN, GOALS.replace("title: Ideas", "title: '=1+1'"))
        goals.sop()
        book = openpyxl.load_workbook(io.BytesIO(self.make(goals)))
        assert (book["Coverage"]["C2"].value, book["Coverage"]["C2"].data_type) == ("=1+1", "s")

    def test_it_needs_a_file(self, goals: Repository) -> None:
        goals.sop()
        ran = goals.run("coverage", "--output-format", "xlsx")
        assert (ran.code, ran.err.splitlines()[0]) == (2, "qmsdoc: a workbook is written into a file")
