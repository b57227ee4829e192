"""Types of a company from `schemas/types/*.yaml`: one that works end to end, and each mistake at its line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from qmsdoc.diagnostics import Location

if TYPE_CHECKING:
    from conftest import Repository

PATH = "schemas/types/gauging.yaml"
TYPE = """\
name: gauging
title: Gauging
kind: record
prefix: GAU
folder: records/gauging
clauses: [ISO 13485 7.6]
retention: as long as the equipment is in use
stages: [planned planned_on]
sections: [Method, Results @closed]
fields:
  equipment: {type: document, since: open, description: what is calibrated}
  planned_on: {type: date, planned: true, description: planned day}
  laboratory: {type: text, since: planned, description: who calibrates}
  performed_by: {list_of: person, since: closed}
  verdict: {choices: [pass, fail], since: closed, description: the result}
  contact: {type: external-key, personal: true}
  repaired_on: {type: date, since: closed, when: "verdict: fail", after: planned_on}
tables:
  points:
    heading: Points
    since: closed
    columns:
      value: {type: integer, since: open}
      measured_on: {type: date, since: closed}
"""
RECORD_PATH = "records/gauging/GAU-001-caliper.md"
RECORD = """\
---
id: GAU-001
type: gauging
title: Caliper
owner: quality-manager
opened: 2026-11-02
procedure: SOP-001
equipment: SOP-001
---

# Caliper

## Method

By gauge blocks.
"""


@pytest.fixture(autouse=True)
def type_of_the_company(repository: Repository) -> None:
    repository.sop()
    repository.write(PATH, TYPE)
    repository.write(RECORD_PATH, RECORD)


class TestEndToEnd:
    def test_a_record_at_its_first_stage_passes(self, repository: Repository) -> None:
        assert repository.findings() == []
        (document,) = (d for d in repository.load().documents if d.type.name == "gauging")
        assert [stage.name for stage in document.type.stages] == ["open", "planned", "closed"]
        assert document.type.source == PATH

    def test_fields_fire_at_their_stage(self, repository: Repository) -> None:
        planned = RECORD.replace("equipment: SOP-001", "equipment: SOP-001\nplanned_on: 2026-11-10")
        repository.write(RECORD_PATH, planned)
        said = "is missing; type `gauging` needs it from stage"
        assert repository.findings() == [f"GAU-001-caliper.md:9:13 QD007 `laboratory` {said} `planned` on"]
        closed = planned.replace("planned_on:", "laboratory: Weser\nclosed: 2026-11-20\nplanned_on:")
        repository.write(RECORD_PATH, closed)
        assert repository.findings() == [
            "GAU-001-caliper.md:3:7 QD201 the section `Results` is missing",
            f"GAU-001-caliper.md:10:9 QD007 `performed_by` {said} `closed` on",
            f"GAU-001-caliper.md:10:9 QD007 `verdict` {said} `closed` on",
        ]

    def test_what_another_key_makes_necessary(self, repository: Repository) -> None:
        closed = RECORD.replace(
            "equipment: SOP-001",
            "equipment: SOP-001\nplanned_on: 2026-11-10\nlaboratory: Weser\nclosed: 2026-11-20\n"
            "performed_by: [anna-keller]\nverdict: fail",
        )
        repository.write(RECORD_PATH, f"{closed}\n## Results\n\nNone.\n\n## Points\n\nNone.\n")
        (found,) = repository.findings()
        assert found.endswith("QD007 `repaired_on` is missing; `verdict: fail` needs it from stage `closed` on")
        repository.write(
            RECORD_PATH, f"{closed}\n## Results\n\nNone.\n\n## Points\n\nNone.\n".replace("fail", "pass")
        )
        assert repository.findings() == []

    def test_values_references_and_tables_are_checked(self, repository: Repository) -> None:
        wrong = RECORD.replace(
            "equipment: SOP-001", "equipment: SOP-404\nverdict: passed\nperformed_by: [anna]\ncontact: Anna"
        )
        repository.write(
            RECORD_PATH, f"{wrong}\n## Points\n\n| Value | Measured on |\n|---|---|\n| 1.0 | today |\n"
        )
        assert [finding.split(" ", 1)[0] + finding.split(" ", 2)[1] for finding in repository.findings()] == [
            "GAU-001-caliper.md:8:12QD101",
            "GAU-001-caliper.md:9:10QD006",
            "GAU-001-caliper.md:10:16QD503",
            "GAU-001-caliper.md:11:10QD006",
            "GAU-001-caliper.md:24:3QD011",
            "GAU-001-caliper.md:24:9QD011",
        ]

    def test_new_begins_one(self, repository: Repository) -> None:
        path = repository.run(
            "new", "gauging", "--title", "Gauge", "--owner", "quality-manager", "--blank"
        ).out.strip()
        assert path == "records/gauging/GAU-002-gauge.md"
        assert "\nequipment:  # what is calibrated\n" in (repository.root / path).read_text(encoding="utf-8")

    def test_list_and_show_know_it(self, repository: Repository) -> None:
        rows = json.loads(repository.run("list", "--type", "gauging", "--output-format", "json").out)
        assert [(row["id"], row["type"], row["state"]) for row in rows] == [("GAU-001", "Gauging", "open")]
        assert "Gauging" in repository.run("show", "GAU-001").out

    def test_its_schema_is_exported(self, repository: Repository) -> None:
        assert repository.run("schema", "export").code == 0
        schema = json.loads((repository.root / "schemas/gauging.schema.json").read_text(encoding="utf-8"))
        assert schema["properties"]["verdict"]["anyOf"][0]["enum"] == ["pass", "fail"]
        assert schema["required"] == ["id", "type", "title", "owner", "opened", "procedure", "equipment"]
        every = json.loads((repository.root / "schemas/document.schema.json").read_text(encoding="utf-8"))
        assert "gauging" in every["properties"]["type"]["enum"]

    @pytest.mark.parametrize(
        ("kind", "folder", "front"),
        [
            ("controlled", "sops/plans", "revision: 1\nowner: quality-manager"),
            ("entry", "records/plans", "owner: quality-manager\nfrom: 2026-01-01"),
        ],
    )
    def test_the_other_kinds(self, repository: Repository, kind: str, folder: str, front: str) -> None:
        repository.write(
            "schemas/types/plan2.yml",
            f"name: plan2\ntitle: Plan 2\nkind: {kind}\nprefix: PL2\nfolder: {folder}\nretention: ever\n"
            "fields:\n  budget: {type: integer}\n",
        )
        repository.write(
            f"{folder}/PL2-001.md", f"---\nid: PL2-001\ntype: plan2\ntitle: X\n{front}\nbudget: 1\n---\n"
        )
        assert repository.findings() == []


MISTAKES = [
    ("kind: record", "kind: recrod", 3, "kind: Input should be 'controlled', 'record' or 'entry'", None),
    ("prefix: GAU", "prefx: GAU", 4, "`prefx` is not a key here", "did you mean `prefix`?"),
    ("title: Gauging\n", "", 1, "`title` is missing", None),
    ("prefix: GAU", "prefix: cal", 4, "prefix: String should match pattern '^[A-Z][A-Z0-9]{1,9}$'", None),
    ("prefix: GAU", "prefix: SOP", 4, "ids of type `sop` begin with `SOP-` already", None),
    ("name: gauging", "name: sop", 1, "there is a type `sop` already", None),
    ("name: gauging", "name: document", 1, "there is a type `document` already", None),
    ("name: gauging", "name: Gauging", 1,
     "name: `Gauging` is not a key; write lower-case words joined by hyphens, `quality-manager`", None),
    ("folder: records/gauging", "folder: ../x", 5,
     "folder: String should match pattern '^(sops|records|templates)(/[a-z0-9][a-z0-9-]*)*$'", None),
    ("stages: [planned planned_on]", "stages: [planned]", 8, "stage `planned` names no date field that reaches it",
     "write `planned planned_on`"),
    ("stages: [planned planned_on]", "stages: [planned laboratory]", 8,
     "stage `planned` names no date field that reaches it", "write `planned planned_on`"),
    ("stages: [planned planned_on]", "stages: [open planned_on]", 8, "the stage `open` is there twice", None),
    ("sections: [Method, Results @closed]", "sections:\n  - Method\n  - Results @close", 11,
     "`close` is not a stage of this type", "did you mean `closed`?"),
    ("since: open, description", "since: opened, description", 11, "`opened` is not a stage of this type",
     "did you mean `open`?"),
    ("value: {type: integer, since: open}", "value: {type: integer, since: begin}", 23,
     "`begin` is not a stage of this type", "known: closed, open, planned"),
    ("    since: closed\n", "    since: done\n", 21, "`done` is not a stage of this type",
     "known: closed, open, planned"),
    ("{type: document, since", "{tpye: document, since", 11, "`tpye` is not a key here", "did you mean `type`?"),
    ("{type: document, since", "{type: doc, since", 11,
     "fields.equipment.type: Input should be 'text', 'integer', 'date', 'boolean', 'document',", None),
    ("    heading: Points\n", "", 19, "`heading` is missing", None),
    ("heading: Points", "headng: Points", 20, "`headng` is not a key here", "did you mean `heading`?"),
    ("  laboratory:", "  Laboratory:", 13, "`Laboratory` is not a key; write lower-case words",
     None),
    ("  laboratory:", "  _x:", 13, "`_x` is not a key; write lower-case words joined by `_`", None),
    ("  laboratory:", "  model_config:", 13, "`model_config` cannot be the name of a field",
     "write `model_config_of`, or another word"),
    ("  laboratory:", "  copy:", 13, "`copy` cannot be the name of a field", "write `copy_of`, or another word"),
    ("  laboratory:", "  title:", 13, "every document of this kind has `title` already", None),
    ("  laboratory:", "  status:", 13, "`status` is not written into a file",
     "state and approval come from signed acts"),
    ("  laboratory:", "  equipment:", 13, "`equipment` is given twice", None),
    ("{type: text, since: planned", "{type: text, personal: true, since: planned", 13,
     "what is `personal` is a key into a restricted store",
     "write `type: external-key`; names and contacts do not belong into git"),
    ("choices: [pass, fail]", "choices: []", 15, "`choices` is a list of words and stands without `type`", None),
    ("choices: [pass, fail]", "type: text, choices: [a]", 15,
     "`choices` is a list of words and stands without `type`", None),
    ("choices: [pass, fail]", 'choices: [pass, fail], when: "verdit: fail"', 15,
     "`verdit: fail` names no key and its value", "did you mean `verdict`?"),
    (', since: closed, when: "verdict: fail"', ', when: "verdict: fail"', 17,
     "`when` stands with the stage from which it counts", "add `since`"),
    ("planned_on: {type: date", "planned_on: {type: date, after: opend", 12, "`opend` is not a key of this type",
     "did you mean `opened`?"),
    ("list_of: person", "list_of: person, type: text", 14, "`type` and `list_of` exclude each other", None),
    ("title: Gauging", "title: *x", 2, "an alias (`*`) is not allowed here", None),
    ("title: Gauging", "title: [Gauging", 2, "this is not YAML: did not find expected ',' or ']'", None),
    ("title: Gauging", "title: !!python/name:os.system x", 2, "a tag (`!`) is not allowed here", None),
    (TYPE, "", 1, "`folder` is missing", None),
    (TYPE, "- a\n", 1, "the file is not made of `key: value` lines", None),
    (TYPE, "? [a]\n: b\n", 1, "a key is a list or a map", None),
    (TYPE, "a: " + "[" * 5000, 1, "lists and maps are nested too deeply", None),
    (TYPE, "a: " + "x" * 270_000, 1, "the file is larger than 256 KiB", None),
    (TYPE, "\ufeff\u0007", 1, "this is not YAML: ", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("right", "wrong", "line", "said", "hint"), MISTAKES, ids=[f"{m[1][:30]!r}" for m in MISTAKES]
)
def test_mistakes(repository: Repository, right: str, wrong: str, line: int, said: str, hint: str | None) -> None:
    (repository.root / RECORD_PATH).unlink()
    assert TYPE.count(right) == 1
    repository.write(PATH, TYPE.replace(right, wrong).encode())
    first, *others = repository.check().diagnostics
    assert (first.code, first.location.path, first.location.line) == ("QD702", PATH, line)
    assert first.message.startswith(said)
    assert first.hint == hint
    assert not others or right == TYPE


def test_other_bytes(repository: Repository) -> None:
    repository.write(PATH, b"\xff\xfe")
    findings = repository.check().diagnostics
    assert [(d.code, d.location) for d in findings] == [
        ("QD009", Location(RECORD_PATH, 3, 7, 14)),
        ("QD702", Location(PATH)),
    ]


def test_a_wrong_type_hides_nothing_else(repository: Repository) -> None:
    """Only documents of that type cannot be judged."""
    repository.write(PATH, TYPE.replace("kind: record", "kind: recrod"))
    assert repository.findings() == [
        "GAU-001-caliper.md:3:7 QD009 `gauging` is not a document type",
        "gauging.yaml:3:1 QD702 kind: Input should be 'controlled', 'record' or 'entry'",
    ]


def test_two_files_with_one_name(repository: Repository) -> None:
    repository.write("schemas/types/z.yaml", TYPE.replace("prefix: GAU", "prefix: CA2"))
    assert repository.findings() == ["z.yaml:1:1 QD702 there is a type `gauging` already"]
    repository.write("schemas/types/z.yaml", TYPE.replace("name: gauging", "name: gauging-2"))
    assert repository.findings() == ["z.yaml:4:1 QD702 ids of type `gauging` begin with `GAU-` already"]
