"""`qmsdoc due`: what is late and what comes due, which the rules tell as of later days."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from conftest import CAPA, CAPA_PATH, CONFIG, PEOPLE, REPOSITORY, SOP, SOP_PATH, TODAY, Repository, run
from qmsdoc import ahead
from qmsdoc.check import check
from qmsdoc.formats import reminder
from qmsdoc.formats.forge import LIMIT
from qmsdoc.load import load
from qmsdoc.rule import registry
from qmsdoc.trust.act import Meaning
from qmsdoc.views.due import by_owner, due_table
from qmsdoc.views.table import Column, Table
from test_formats_ci import HOSTILE, Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmsdoc.trust.act import Act

ACTION = "QD506 CAPA-001: this action was due on 2026-12-01 and is not done"


def due(repository: Repository, today: date, days: int = 30, acts: Sequence[Act] | None = None) -> list[str]:
    """Each item as `last day: code id: message`."""
    project, problems = load(repository.root, acts=acts)
    found = ahead.due(project, problems, today, days)
    return [
        f"{row[2]}: {row[7]} {row[3]}: {row[5]}"
        for table in [due_table(project, found, today)]
        for row in table.rows
    ]


@pytest.fixture
def capa(repository: Repository) -> Repository:
    """A repository with an action that is to be done by 2026-12-01."""
    repository.sop()
    repository.write(CAPA_PATH, CAPA)
    return repository


@pytest.mark.parametrize(
    ("today", "days", "until"),
    [
        (date(2026, 11, 23), 7, None),
        (date(2026, 11, 23), 8, "2026-12-01"),
        (date(2026, 12, 1), 0, "2026-12-01"),
        (date(2026, 12, 2), 0, "late"),
        (date(2027, 12, 2), 366, "late"),
    ],
)
def test_an_action_until_its_last_day_and_after_it(
    capa: Repository, today: date, days: int, until: str | None
) -> None:
    assert due(capa, today, days) == ([f"{until}: {ACTION}"] if until else [])


def test_a_review_of_a_document_in_force(repository: Repository) -> None:
    repository.sop(SOP.replace("review_every: 24", "review_every: 12"))
    acts = [repository.act(Meaning.APPROVAL, "2026-01-15")]
    assert due(repository, date(2026, 12, 20), 30, acts) == [
        "2027-01-15: QD202 SOP-001: the review of SOP-001 revision 1 was due on 2027-01-15"
    ]


def test_what_no_rule_of_time_finds_but_a_later_day_does(repository: Repository) -> None:
    """A waiver that ends, and a role that nobody holds any more."""
    repository.sop(SOP.replace("2. Approve.", "2. Approve<br>."))
    waiver = f'[[waivers]]\ncode = "QD013"\npath = "{SOP_PATH}"\nreason = "x"\nuntil = 2026-12-05\n'
    repository.write("qmsdoc.toml", CONFIG + waiver)
    people = PEOPLE.replace(
        '"quality-manager", from = 2025-01-07', '"quality-manager", from = 2025-01-07, until = 2026-12-10'
    )
    repository.write("trust/people.toml", people)
    found = due(repository, TODAY)
    assert {line[:17] for line in found} >= {"2026-12-05: QD013", "2026-12-05: QD703", "2026-12-10: QD204"}


@pytest.mark.parametrize("days", [30, 400])
def test_it_says_what_a_check_will_say(days: int) -> None:
    """The model: whatever a rule of time finds on the day after the last one was announced."""
    project, problems = load(REPOSITORY)
    announced = {(item.finding.code, item.finding.location) for item in ahead.due(project, problems, TODAY, days)}
    later = check(project, problems, TODAY + timedelta(days=days + 1)).open
    told = {(d.code, d.location) for d in later if registry()[d.code].depends == "time"}
    assert len(told) >= 4
    assert told <= announced


def test_the_command_as_people_read_it(capa: Repository) -> None:
    ran = capa.run("due", "--output-format", "markdown")
    assert (ran.code, ran.err) == (0, "0 late, 1 due within 30 days, as of 2026-11-23\n")
    assert ran.out == (
        "What is late, and what is to be done within 30 days, by who answers for it. "
        "A check says so from the day after the last day on, unless it is done.\n\n"
        "#### Quality manager: Anna Keller\n\n"
        "| Last day | Document | Title | A check says | Responsible | Rule |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| 2026-12-01 | `CAPA-001` | Seal of the pump head leaks "
        "| this action was due on 2026-12-01 and is not done | Anna Keller | `QD506` |\n"
    )
    tomorrow = run("--root", capa.root, "--today", "2026-11-24", "due", "--output-format", "markdown")
    assert tomorrow.out == ran.out, "the text changes only when something changes"
    table = capa.run("due")
    assert table.lines[0].startswith("Last day    Document  Title ")
    (row,) = json.loads(capa.run("due", "--output-format", "json").out)
    assert (row["until"], row["path"], row["persons"]) == ("2026-12-01", CAPA_PATH, ["Anna Keller"])
    assert row["line"] == CAPA.splitlines().index("| Replace the seal | anna-keller | 2026-12-01 | |") + 1


def test_what_is_late_fails_and_nothing_due_is_an_empty_text(capa: Repository) -> None:
    late = run("--root", capa.root, "--today", "2026-12-02", "due", "--output-format", "markdown")
    assert (late.code, late.err) == (1, "1 late, 0 due within 30 days, as of 2026-12-02\n")
    assert "\n| late | `CAPA-001` |" in late.out
    (capa.root / CAPA_PATH).unlink()
    ran = capa.run("due", "--output-format", "markdown")
    assert (ran.code, ran.out) == (0, "")


def test_a_text_is_not_empty_where_something_could_not_be_read(capa: Repository) -> None:
    """An issue must not be closed because nobody knows what is due."""
    capa.write(CAPA_PATH, CAPA.replace("id: CAPA-001", "id: @CAPA-001"))
    ran = capa.run("due", "--output-format", "markdown")
    assert ran.code == 1
    assert "\nIncomplete: 1 file could not be read; `qmsdoc validate` names them.\n" in ran.out


def test_settings_have_no_owner_and_stand_last(capa: Repository) -> None:
    people = PEOPLE.replace('"prrc", from = 2025-01-07', '"prrc", from = 2025-01-07, until = 2026-12-10')
    capa.write("trust/people.toml", people)
    capa.write(CAPA_PATH, CAPA.replace("owner: quality-manager", "owner: prrc"))
    project, problems = load(capa.root)
    table = due_table(project, ahead.due(project, problems, TODAY, 30), TODAY)
    titles = [table.title for table in by_owner(table)]
    assert titles[0] == "Person responsible for regulatory compliance: Anna Keller"
    assert [title for title in titles if title == "Settings and trust"] == titles[1:]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_document_says_does_anything_in_an_issue(text: str) -> None:
    columns = (Column("a", "A"), Column("b", "B"))
    table = Table(text, columns, [(text, (text, text)), ("x", None)])
    written = reminder.render([table, table], 30)
    shown = Shown(written)
    assert shown.elements <= {"p", "h4", "table", "thead", "tbody", "tr", "th", "td", "code"}
    assert not shown.attributes
    assert shown.cells == [2] * 6
    assert not any(line.startswith(("/", "@")) for line in written.splitlines()), "a command of GitLab"


def test_a_long_list_is_cut_where_it_says_so() -> None:
    columns = (Column("a", "A"),)
    long = Table("long", columns, [(f"word {number}",) for number in range(20_000)])
    short = Table("short", columns, [("one",), ("two",)])
    text = reminder.render([long, short, long], 30)
    assert LIMIT * 0.9 < len(text) <= LIMIT
    assert "#### short\n\n| A |\n| --- |\n| one |\n| two |\n" in text
    shown = text.count("\n| word ")
    left = [int(line.split()[0]) for line in text.splitlines() if "rows left out, for want of room" in line]
    assert len(left) == 2
    assert sum(left) + shown == 40_000
