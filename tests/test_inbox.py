"""What waits for whom, as `qmsdoc inbox` tells it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conftest import CAPA, CAPA_PATH, SOP, TODAY
from qmsdoc.lifecycle import statuses
from qmsdoc.trust.act import Meaning
from qmsdoc.views.inbox import inbox
from signers import POLICY

if TYPE_CHECKING:
    from datetime import date

    from signers import Signed

CLOSURES = """
[types.capa]
acts = [{ meaning = "closure", roles = ["quality-manager"] }]
"""

CLOSED = """\
adverse_effect_checked: true
implemented_on: 2026-03-19
effective: true
effectiveness_checked_on: 2026-06-30
effectiveness_checked_by: anna-keller
closed: 2026-07-01"""


def waiting(signed: Signed, today: date = TODAY, *, drafts: bool = False) -> list[str]:
    """Each item as `person: what id revision as role, since .. due`."""
    project = signed.project()
    return [
        f"{item.person or 'nobody'}: {item.meaning.value} {item.document.id} r{item.document.revision}"
        f" as {item.role}, {item.since or ''} .. {item.due or ''}"
        for item in inbox(project, statuses(project, today), today, drafts=drafts)
    ]


def policy(signed: Signed, text: str) -> None:
    """Put another policy in force."""
    signed.write("trust/policy.toml", text)
    signed.trust("anna-keller", "mira-brandt")


def test_a_draft_waits_for_its_owner_only_when_asked(signed: Signed) -> None:
    assert waiting(signed) == []
    assert waiting(signed, drafts=True) == [
        "anna-keller: author SOP-001 r1 as quality-manager,  .. 2026-01-15",
        "mira-brandt: author SOP-001 r1 as quality-manager,  .. 2026-01-15",
    ]


def test_a_submitted_text_waits_for_what_the_policy_asks_for_next(signed: Signed) -> None:
    signed.sign(Meaning.AUTHOR, "anna-keller")
    reviewers = [
        "anna-keller: review SOP-001 r1 as prrc, 2026-01-05 .. 2026-01-15",
        "jonas-weber: review SOP-001 r1 as prrc, 2026-01-05 .. 2026-01-15",
    ]
    assert waiting(signed) == reviewers
    signed.sign(Meaning.REVIEW, "jonas-weber")
    assert waiting(signed) == ["mira-brandt: approval SOP-001 r1 as quality-manager, 2026-01-05 .. 2026-01-15"]


def test_without_an_order_review_and_approval_wait_at_once(signed: Signed) -> None:
    policy(signed, POLICY + "in_order = false\n")
    signed.sign(Meaning.AUTHOR, "anna-keller")
    assert [line.partition(" as ")[0] for line in waiting(signed)] == [
        "anna-keller: review SOP-001 r1",
        "jonas-weber: review SOP-001 r1",
        "mira-brandt: approval SOP-001 r1",
    ]


def test_who_has_signed_is_not_asked_again_and_the_second_signer_is(signed: Signed) -> None:
    two = POLICY.replace(
        '{ meaning = "review", roles = ["prrc"] }', '{ meaning = "review", roles = ["prrc"], signers = 2 }'
    )
    policy(signed, two)
    signed.sign(Meaning.REVIEW, "jonas-weber")
    assert [line.partition(" as ")[0] for line in waiting(signed)] == ["anna-keller: review SOP-001 r1"]


def test_a_text_changed_after_its_review_waits_for_review_again(signed: Signed) -> None:
    signed.sign(Meaning.REVIEW, "jonas-weber")
    signed.sop(SOP.replace("Write.", "Type."))
    assert [line.partition(" as ")[0] for line in waiting(signed)] == [
        "anna-keller: review SOP-001 r1",
        "jonas-weber: review SOP-001 r1",
    ]


def test_a_document_in_force_waits_for_those_who_have_not_read_it(signed: Signed) -> None:
    signed.approve()
    assert waiting(signed) == [
        "anna-keller: acknowledgement SOP-001 r1 as quality-manager, 2026-01-15 .. ",
        "mira-brandt: acknowledgement SOP-001 r1 as quality-manager, 2026-01-15 .. ",
    ]
    signed.sign(Meaning.ACKNOWLEDGEMENT, "mira-brandt", at="2026-02-01T09:00:00+01:00")
    assert [line.partition(":")[0] for line in waiting(signed)] == ["anna-keller"]


def test_a_document_that_nobody_must_read_waits_for_nobody(signed: Signed) -> None:
    signed.sop(SOP.replace("training: read", "training: none"))
    signed.approve()
    assert waiting(signed) == []


def test_a_periodic_review_waits_from_sixty_days_before_it_is_due(signed: Signed) -> None:
    signed.sop(SOP.replace("training: read", "training: none"))
    signed.approve()
    day = TODAY.fromisoformat
    assert waiting(signed, day("2027-11-15")) == []
    found = waiting(signed, day("2027-11-16"))
    assert found == [
        "anna-keller: no-change SOP-001 r1 as quality-manager, 2027-11-16 .. 2028-01-15",
        "mira-brandt: no-change SOP-001 r1 as quality-manager, 2027-11-16 .. 2028-01-15",
    ]
    assert waiting(signed, day("2028-03-01")) == found
    signed.sign(Meaning.NO_CHANGE, "anna-keller", at="2028-01-10T09:00:00+01:00")
    assert waiting(signed, day("2028-03-01")) == []


def test_an_approved_revision_waits_for_its_issue_where_the_policy_asks_for_one(signed: Signed) -> None:
    issue = '{ meaning = "approval", roles = ["quality-manager"] },\n  { meaning = "issue", roles = ["prrc"] },'
    policy(signed, POLICY.replace('{ meaning = "approval", roles = ["quality-manager"] },', issue))
    signed.approve()
    assert waiting(signed) == [
        "anna-keller: issue SOP-001 r1 as prrc, 2026-01-05 .. 2026-01-15",
        "jonas-weber: issue SOP-001 r1 as prrc, 2026-01-05 .. 2026-01-15",
    ]


def test_a_record_closed_by_its_date_waits_for_closure_and_a_changed_one_for_correction(signed: Signed) -> None:
    policy(signed, POLICY + CLOSURES)
    closed = CAPA.replace("adverse_effect_checked: true", CLOSED).replace(
        "| 2026-12-01 | |", "| 2026-03-20 | 2026-03-19 |"
    )
    signed.write(CAPA_PATH, CAPA)
    assert waiting(signed) == []
    signed.write(CAPA_PATH, closed + "\n## Effectiveness check\n\nNo leak in three months.\n")
    assert waiting(signed) == [
        "anna-keller: closure CAPA-001 r0 as quality-manager, 2026-07-01 .. ",
        "mira-brandt: closure CAPA-001 r0 as quality-manager, 2026-07-01 .. ",
    ]
    signed.approve()
    signed.sign(Meaning.CLOSURE, "anna-keller", "CAPA-001", at="2026-07-02T09:00:00+02:00")
    assert [line for line in waiting(signed) if "CAPA" in line] == []
    signed.write(CAPA_PATH, closed + "\n## Effectiveness check\n\nNo leak in four months.\n")
    assert [line for line in waiting(signed) if "CAPA" in line] == [
        "anna-keller: correction CAPA-001 r0 as quality-manager,  .. ",
        "mira-brandt: correction CAPA-001 r0 as quality-manager,  .. ",
    ]


def test_the_command_shows_a_table_of_one_person(signed: Signed) -> None:
    signed.sign(Meaning.REVIEW, "jonas-weber")
    ran = signed.run("inbox", "--person", "mira-brandt")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "Person       What      Id       Revision  Title                 Role             Since       Due\n"
        "───────────  ────────  ───────  ────────  ────────────────────  ───────────────  ──────────  ──────────\n"
        "mira-brandt  approval  SOP-001  1         Control of documents  quality-manager  2026-01-05  2026-01-15\n"
    )
    rows = json.loads(signed.run("inbox", "--output-format", "json").out)
    assert [row["person"] for row in rows] == ["anna-keller", "mira-brandt"]
    assert rows[0] == {
        "person": "anna-keller",
        "what": "approval",
        "id": "SOP-001",
        "revision": 1,
        "title": "Control of documents",
        "role": "quality-manager",
        "since": "2026-01-05",
        "due": "2026-01-15",
    }


def test_what_nobody_may_state_is_told(signed: Signed) -> None:
    signed.sign(Meaning.AUTHOR, "anna-keller")
    signed.sign(Meaning.AUTHOR, "mira-brandt")
    signed.sign(Meaning.REVIEW, "jonas-weber")
    ran = signed.run("inbox", "--output-format", "csv")
    assert ran.lines[1:] == [",approval,SOP-001,1,Control of documents,quality-manager,2026-01-05,2026-01-15"]
    assert ran.err == "nobody may state approval of SOP-001: no other person holds quality-manager\n"


def test_an_unknown_person_is_refused(signed: Signed) -> None:
    ran = signed.run("inbox", "--person", "ana-keller")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "qmsdoc: `ana-keller` is not a person of trust state 1\n  help: did you mean `anna-keller`?\n"
    )
