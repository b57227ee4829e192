"""States from acts and dates, what is in force, what coverage counts, and statements that are refused."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from qmsdoc.check import check
from qmsdoc.lifecycle import statuses
from qmsdoc.selftest.bench import Bench
from qmsdoc.selftest.defects import path_of, told
from qmsdoc.selftest.row import Row, row
from qmsdoc.signing.keyfile import SigningError
from qmsdoc.trust.act import Meaning
from qmsdoc.views.coverage import ask, coverage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOP_001, SOP_002 = path_of("SOP-001"), path_of("SOP-002")
_REFUSED = (
    (
        "a reviewer who approves",
        Meaning.APPROVAL,
        "jonas-weber",
        "jonas-weber may not state approval of SOP-002",
    ),
    (
        "an approval before its review",
        Meaning.APPROVAL,
        "anna-keller",
        "this would not count: it was given before the review that the policy asks for first",
    ),
    ("a review by a machine", Meaning.REVIEW, "release-ci", "trust state 1 does not know this key for statements"),
    (
        "the withdrawal of what was never in force",
        Meaning.WITHDRAWAL,
        "anna-keller",
        "no revision of SOP-002 is in force",
    ),
    (
        "the closure of a document that is no record",
        Meaning.CLOSURE,
        "anna-keller",
        "SOP-002 is a standard operating procedure; `closure` is not stated of it",
    ),
)


def rows(folder: Path) -> Iterator[Row]:
    """One document from its draft to the revision that replaces it, day by day."""
    bench = Bench(folder)
    yield from _refusals(bench)
    yield row("no act yet", "r1 draft", lambda: _states(bench, "2026-01-06"), "derived-state")
    bench.sign(Meaning.REVIEW, "jonas-weber", "SOP-001", "2026-01-06T10:00:00+01:00")
    yield row("reviewed", "r1 in review", lambda: _states(bench, "2026-01-06"), "derived-state")
    bench.sign(Meaning.APPROVAL, "anna-keller", "SOP-001", "2026-01-07T10:00:00+01:00")
    for day, state in (
        ("2026-01-06", "in review"),
        ("2026-01-07", "approved"),
        ("2026-01-14", "approved"),
        ("2026-01-15", "effective"),
    ):
        yield row(
            f"approved on 2026-01-07, in force from 2026-01-15: on {day}",
            f"r1 {state}",
            partial(_states, bench, day),
            "derived-state",
            "dates",
        )
    yield from _coverage(bench)
    yield from _next_revision(bench)


def _refusals(bench: Bench) -> Iterator[Row]:
    for name, meaning, person, expected in _REFUSED:
        yield row(
            f"{name} is refused",
            expected,
            partial(_refusal, bench, meaning, person),
            "policy",
        )


def _refusal(bench: Bench, meaning: Meaning, person: str) -> str:
    try:
        bench.sign(meaning, person, "SOP-002", "2026-01-06T09:00:00+01:00")
    except SigningError as error:
        return str(error)
    return "signed"


def _coverage(bench: Bench) -> Iterator[Row]:
    def level(ref: str) -> str:
        found = coverage(ask(bench.project(), date(2026, 1, 15)), "ISO 13485")
        return next(answer.level.value for answer in found if answer.clause.ref == ref)

    for ref, expected, name in (
        ("4.2.4", "addressed", "a clause that a document in force answers"),
        ("8.2.2", "claimed by a draft", "a clause that only a draft claims"),
        ("8.2.4", "not addressed", "a clause that nothing names"),
    ):
        yield row(f"{name} (ISO 13485 {ref})", expected, partial(level, ref), "coverage")


def _next_revision(bench: Bench) -> Iterator[Row]:
    bench.replace(
        SOP_001,
        ("revision: 1", "revision: 2"),
        ("2026-01-15", "2026-02-10"),
        ("First issue", "Publishing"),
        ("Publish what", "Show what"),
    )
    name = "revision 2 is being written"
    yield row(name, "r1 effective, r2 draft", lambda: _states(bench, "2026-02-02"), "in-force-copy")
    bench.approve("SOP-001", "2026-02-02")
    for day, states in (
        ("2026-02-09", "r1 effective, r2 approved"),
        ("2026-02-10", "r1 superseded, r2 effective"),
    ):
        yield row(
            f"revision 2 approved for 2026-02-10: on {day}",
            states,
            partial(_states, bench, day),
            "in-force-copy",
            "dates",
        )
    for day, expected in (
        ("2028-02-10", "nothing"),
        ("2028-02-11", f"QD202 approvals/SOP-001/r2/copy/{SOP_001}:8"),
    ):
        yield row(f"to be reviewed every 24 months: on {day}", expected, partial(_findings, bench, day), "dates")
    bench.replace(SOP_001, ("Show what", "Print what"))
    yield row(
        "an edit after the approval",
        f"QD205 {SOP_001}:5",
        lambda: _findings(bench, "2026-03-02"),
        "in-force-copy",
        "tampering",
    )


def _states(bench: Bench, day: str) -> str:
    today = date.fromisoformat(day)
    found = statuses(bench.load(today)[0], today)
    return ", ".join(
        f"r{revision} {status.state.value}" for (name, revision), status in found.items() if name == "SOP-001"
    )


def _findings(bench: Bench, day: str) -> str:
    today = date.fromisoformat(day)
    project, problems = bench.load(today)
    return told(check(project, problems, today, codes={"QD202", "QD205"}))
