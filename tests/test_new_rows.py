"""`qmsdoc new TYPE --from FILE`: rows become documents, all or none, and a second run changes nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from qmsdoc.drafting import rows

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Ran, Repository

HEADER = "title,source_key,owner,supplies,criticality,evaluated_on,evaluate_every,Scope of approval\n"
GOOD = (
    HEADER
    + '"Feinwerk, ""Nord""",erp:1,prrc,product,important,2026-10-01,12,"Turned parts\n# to drawing"\n'
    + ",,,,,,,\n"
    + "Hosting,erp:2,prrc,service,standard,2026-10-02,24,\n"
)


FORM = """\
---
id: FRM-001
type: form
title: Supplier form
revision: 1
owner: prrc
makes: supplier
---

# {{ title }}

## Scope of approval

> Guidance: what it may supply.
"""


NEEDED = "`{0}` is missing; type `supplier` needs it from stage `current` on (add `{0}: …`)"


@pytest.fixture(autouse=True)
def _form(repository: Repository) -> None:
    repository.write("templates/FRM-001-supplier.md", FORM)


@pytest.fixture
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file beside the repository."""
    return tmp_path_factory.mktemp("tables") / "suppliers.csv"


def take(repository: Repository, table: Path, data: str | bytes, type_name: str = "supplier") -> Ran:
    """Take the rows of a file in."""
    table.write_bytes(data if isinstance(data, bytes) else data.encode())
    return repository.run("new", type_name, "--from", table)


def suppliers(repository: Repository) -> list[str]:
    """The files of suppliers."""
    return sorted(path.name for path in (repository.root / "records").rglob("*.md"))


def test_rows_become_documents_and_a_second_run_makes_none(repository: Repository, table: Path) -> None:
    ran = take(repository, table, GOOD)
    assert (ran.code, ran.err) == (0, "2 new, 0 there already\n")
    assert ran.out == "records/suppliers/SUP-001-feinwerk-nord.md\nrecords/suppliers/SUP-002-hosting.md\n"
    assert (repository.root / ran.lines[0]).read_text(encoding="utf-8") == (
        "---\n"
        "id: SUP-001\n"
        "type: supplier\n"
        'title: Feinwerk, "Nord"\n'
        "owner: prrc\n"
        "from: 2026-11-23\n"
        "source_key: erp:1\n"
        "supplies: product\n"
        "criticality: important\n"
        "evaluated_on: 2026-10-01\n"
        "evaluate_every: 12\n"
        "---\n"
        "\n"
        '# Feinwerk, "Nord"\n'
        "\n"
        "## Scope of approval\n"
        "\n"
        "Turned parts\n"
        "\\# to drawing\n"
    )
    assert repository.findings() == []
    before = suppliers(repository)
    ran = repository.run("new", "supplier", "--from", table)
    assert (ran.code, ran.out, ran.err) == (0, "", "0 new, 2 there already\n")
    ran = take(repository, table, GOOD + "Steriliser,erp:3,prrc,service,important,2026-10-02,12,\n")
    assert (ran.code, ran.out) == (0, "records/suppliers/SUP-003-steriliser.md\n")
    assert suppliers(repository) == [*before, "SUP-003-steriliser.md"]


def test_a_row_that_has_changed_is_told_and_changes_nothing(repository: Repository, table: Path) -> None:
    take(repository, table, GOOD)
    before = (repository.root / "records/suppliers/SUP-002-hosting.md").read_bytes()
    ran = take(repository, table, GOOD.replace("2026-10-02,24", "2026-11-02,24"))
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == (
        "suppliers.csv:5:37: `evaluated_on` differs from SUP-002, which stays as it is\n0 new, 2 there already\n"
    )
    assert (repository.root / "records/suppliers/SUP-002-hosting.md").read_bytes() == before


def test_one_bad_row_and_nothing_is_written(repository: Repository, table: Path) -> None:
    """Each mistake is told at its cell: line and column of the file, after a cell of two lines too."""
    ran = take(
        repository,
        table,
        GOOD
        + "A,erp:4,prrc,service,high,01.10.2026,12,\n"
        + ",erp:5,prrc,service,important,2026-10-02,,\n"
        + "B,,prrc,service,important,2026-10-02,12,\n"
        + "C,erp:4,prrc,service,important,2026-10-02,12,\n",
    )
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        "suppliers.csv:6:22: QD006 criticality: `high` is not one of critical, important or standard",
        "suppliers.csv:6:27: QD006 evaluated_on: `01.10.2026` is not a date; write it as `YYYY-MM-DD`",
        f"suppliers.csv:7:1: QD007 {NEEDED.format('evaluate_every')}",
        f"suppliers.csv:7:1: QD007 {NEEDED.format('title')}",
        "suppliers.csv:8:1: the row has no `source_key` (it tells a second run that the row is there already)",
        "suppliers.csv:9:3: `erp:4` stands already on line 6 (keep one of the rows)",
        "qmsdoc: nothing was written: 6 things wrong in suppliers.csv",
    ]
    assert sorted(path.name for path in repository.root.iterdir()) == ["qmsdoc.toml", "templates", "trust"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "qmsdoc: suppliers.csv:1:1: the first line names no columns\n"),
        (b"\xff\xfet\x00", "qmsdoc: suppliers.csv:1:1: byte 0xff is not UTF-8\n"),
        (HEADER.encode() + b"M\xfc", "qmsdoc: suppliers.csv:2:2: byte 0xfc is not UTF-8\n  help: a spreadsheet"),
        (HEADER + 'a,"b\n', "qmsdoc: suppliers.csv:2:3: a double quote is opened here and never closed\n"),
        (HEADER + '"a"b,c\n', "qmsdoc: suppliers.csv:2:4: text stands behind the closing double quote\n"),
        (HEADER + "a,b,c,d,e,f,g,h,i\n", "qmsdoc: suppliers.csv:2:17: `i` stands beyond the last column\n"),
        ("title,title\n", "qmsdoc: suppliers.csv:1:7: the column `title` is there twice\n"),
        ("title,\na,b\n", "qmsdoc: suppliers.csv:2:3: `b` stands in a column without a name\n"),
        ("titel,source_key\na,erp:1\n", "suppliers.csv:2:1: `titel` is no key and no heading of supplier (did"),
        ("title,source_key\na,erp:1\n", "suppliers.csv:2:1: QD007 `criticality` is missing"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_of_this_type(
    repository: Repository, table: Path, data: str | bytes, said: str
) -> None:
    ran = take(repository, table, data)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(said), ran.err
    assert not (repository.root / "records").exists()


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_what_spreadsheets_write(repository: Repository, table: Path, delimiter: str, line_end: str) -> None:
    """Semicolons, tabs, line ends of Windows, a byte order mark, no line end at the end."""
    lines = [
        ["title", "source_key", "owner", "supplies", "criticality", "evaluated_on", "evaluate_every"],
        ["Größe", "erp:1", "prrc", "product", "important", "2026-10-01", "12"],
    ]
    text = line_end.join(delimiter.join(line) for line in lines)
    ran = take(repository, table, b"\xef\xbb\xbf" + text.encode())
    assert (ran.code, ran.out) == (0, "records/suppliers/SUP-001-groesse.md\n"), ran.err
    assert repository.findings() == []


def test_json_with_lists_numbers_and_tables(repository: Repository, table: Path) -> None:
    repository.sop()
    table = table.with_suffix(".json")
    row = {
        "title": "Seal leaks \u2264 1",
        "source_key": "jira:QA-1",
        "owner": "quality-manager",
        "opened": "2026-10-01",
        "procedure": "SOP-001",
        "references": ["SOP-001"],
        "action_kind": "corrective",
        "source": "audit",
        "devices": [],
        "closed": None,
        "Problem": "Water",
        "Actions": [{"action": "New | seal", "Responsible": "anna-keller", "due": "2027-01-01"}],
    }
    ran = take(repository, table, json.dumps([row], indent="\t"), "capa")
    assert (ran.code, ran.err) == (0, "1 new, 0 there already\n")
    document = repository.load().by_id["CAPA-001"]
    assert document.title == "Seal leaks ≤ 1"
    assert document.items("references") == ("SOP-001",)
    (action,) = document.tables["actions"]
    assert (action.values["action"], str(action.values["due"])) == ("New | seal", "2027-01-01")
    assert repository.findings() == []
    row |= {"source_key": "jira:QA-2", "Actions": [{"action": "x", "responsible": "nobody", "due": "soon"}]}
    ran = take(repository, table, json.dumps([row, row | {"evidence": "x"}], indent=1), "capa")
    assert ran.code == 1
    assert ran.err.splitlines() == [
        "suppliers.json:16:14: QD011 Due: `soon` is not a date; write it as `YYYY-MM-DD`",
        "suppliers.json:16:14: QD503 `nobody` is not a person of trust/people.toml (known: anna-keller)",
        "suppliers.json:26:17: `jira:QA-2` stands already on line 2 (keep one of the rows)",
        "qmsdoc: nothing was written: 3 things wrong in suppliers.json",
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("{}", "1:1: the file does not hold a list of objects"),
        ("[1]", "1:2: an item of the list is not an object"),
        ('[{"title": "a"} {"title": "b"}]', "1:17: `,` or `]` is expected here"),
        ('[{"title": "a"}] x', "1:18: text stands behind the list"),
        ('[{"title": "a"', "1:15: this is not JSON: expecting ',' delimiter"),
        ('[\n {"title": "a", "title": "b"}]', "2:2: this is not JSON: `title` is given twice in one object"),
        ('[{"title": {"a": 1}}]', "1:12: the value of `title` is nested; it can be a text"),
        ('[{"title": [["a"]]}]', "1:12: the value of `title` is nested; it can be a text"),
        ('[{"title": "\\ud800"}]', "1:12: the value of `title` holds half of a character"),
        ("[" * 100_000, "1:2: this is not JSON"),
    ],
)
def test_json_that_is_no_table(repository: Repository, table: Path, data: str, said: str) -> None:
    ran = take(repository, table.with_suffix(".json"), data)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"qmsdoc: suppliers.json:{said}"), ran.err


def test_attachments_lie_beside_the_table(repository: Repository, table: Path) -> None:
    header, first, *_ = GOOD.partition("\n")[0], "A,erp:1,prrc,product,important,2026-10-01,12,"
    (table.parent / "Zertifikat 1.pdf").write_bytes(b"%PDF certificate")
    data = f'{header},attachments\n{first},"Zertifikat 1.pdf"\n'
    ran = take(repository, table, data)
    assert (ran.code, ran.out) == (0, "records/suppliers/SUP-001-a.md\n"), ran.err
    assert (repository.root / "records/suppliers/SUP-001/zertifikat-1.pdf").read_bytes() == b"%PDF certificate"
    assert repository.findings() == []
    for name, said in (("../x.pdf", "`../x.pdf` is not the name of a file"), ("no.pdf", "cannot be read")):
        ran = take(repository, table, data.replace("Zertifikat 1.pdf", name).replace("erp:1", "erp:2"))
        assert ran.code == 1
        assert said in ran.err
    assert suppliers(repository) == ["SUP-001-a.md"]


def test_ids_may_be_brought_along_and_are_never_used_twice(repository: Repository, table: Path) -> None:
    data = (
        GOOD.replace("title,", "id,title,")
        .replace('"Feinwerk', 'SUP-040,"Feinwerk')
        .replace("Hosting", ",Hosting")
    )
    ran = take(repository, table, data)
    assert ran.lines == ["records/suppliers/SUP-040-feinwerk-nord.md", "records/suppliers/SUP-001-hosting.md"]
    assert repository.findings() == []
    ran = take(repository, table, data.replace("erp:", "other:"))
    assert ran.code == 1
    assert "suppliers.csv:2:1: QD102 `SUP-040` is already the id of records/suppliers/SUP-040" in ran.err


def test_what_cannot_be_read_may_hold_the_row(repository: Repository, table: Path) -> None:
    repository.write("records/suppliers/SUP-001-feinwerk.md", "no front matter")
    ran = take(repository, table, GOOD)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("qmsdoc: records/suppliers/SUP-001-feinwerk.md cannot be read, so nobody knows")


@pytest.mark.parametrize("type_name", ["sop", "form", "policy"])
def test_procedures_are_not_made_from_rows(repository: Repository, table: Path, type_name: str) -> None:
    ran = take(repository, table, "title,source_key\nA,x:1\n", type_name)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"qmsdoc: documents of type {type_name} are not made from rows\n")


def test_rows_say_everything_themselves(repository: Repository, table: Path) -> None:
    table.write_text(GOOD, encoding="utf-8")
    ran = repository.run("new", "supplier", "--from", table, "--title", "A")
    assert (ran.code, ran.err.splitlines()[0]) == (2, "qmsdoc: --from and --title ask for different things")


def test_when_the_disk_is_full_nothing_stays(
    repository: Repository, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second of two files cannot be placed; the first goes away again."""
    from qmsdoc import landing

    placed = []

    def move(source: Path, target: Path) -> None:
        if placed:
            raise OSError(28, "No space left on device")
        placed.append(target)
        source.rename(target)

    monkeypatch.setattr(landing, "_move", move)
    ran = take(repository, table, GOOD)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("qmsdoc: nothing was written: No space left on device\n")
    assert sorted(path.name for path in repository.root.iterdir()) == ["qmsdoc.toml", "templates", "trust"]


def test_ten_thousand_rows_and_no_more() -> None:
    lines = ["title", *(f"t{number}" for number in range(rows.MOST_ROWS))]
    assert len(rows.read_rows("\n".join(lines).encode(), "t.csv")) == rows.MOST_ROWS
    with pytest.raises(rows.NotATable, match="the file has more than 10000 rows"):
        rows.read_rows("\n".join([*lines, "one"]).encode(), "t.csv")
    with pytest.raises(rows.NotATable, match="larger than 5 MiB"):
        rows.read_rows(b"title\n" + b"x" * (5 * 2**20), "t.csv")
