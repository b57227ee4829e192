"""The document types of the tool: at each stage they ask for what that stage needs, not earlier and not less."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from conftest import CAPA, CAPA_PATH, COMPLAINT, COMPLAINT_PATH, Repository
from qmsdoc.citation import read_citations
from qmsdoc.scalars import read_document_id, read_key
from qmsdoc.types import registry
from qmsdoc.types.kinds import Kind
from type_documents import a_value, all_named_in, minimal

if TYPE_CHECKING:
    from qmsdoc.types.base import DocumentType

TYPES = registry.builtin()
STAGES = [
    pytest.param(document_type, stage, id=f"{document_type.name} {document_type.stages[stage].name}")
    for document_type in TYPES.values()
    for stage in range(len(document_type.stages) if document_type.kind is Kind.RECORD else 1)
]


@pytest.fixture(autouse=True)
def what_they_name(repository: Repository) -> None:
    """An SOP that the documents refer to."""
    repository.sop()


def write(repository: Repository, document_type: DocumentType, text: str) -> None:
    """Write a document, and the documents that it names."""
    for path, named in all_named_in(text).items():
        repository.write(path, named)
    repository.write(path_of(document_type), text)


# What a document says of the world is judged by rules with tests of their own; here it is about what it holds.
OF_THE_WORLD = ("QD116", "QD506", "QD6")


def findings(repository: Repository) -> list[str]:
    """What is found in what documents hold."""
    return [line for line in repository.findings() if not line.split()[1].startswith(OF_THE_WORLD)]


def path_of(document_type: DocumentType) -> str:
    return f"{document_type.folder}/{document_type.prefix}-900.md"


@pytest.mark.parametrize(("document_type", "stage"), STAGES)
def test_what_a_stage_needs_is_enough(repository: Repository, document_type: DocumentType, stage: int) -> None:
    write(repository, document_type, minimal(document_type, stage))
    assert findings(repository) == []


@pytest.mark.parametrize(("document_type", "stage"), STAGES)
def test_each_thing_that_a_stage_needs_is_missed(
    repository: Repository, document_type: DocumentType, stage: int
) -> None:
    """All of them at once, and nothing that a later stage needs."""
    name = document_type.stages[stage].name
    keys = tuple(key for key, since in document_type.since.items() if since == name and key not in {"id", "type"})
    reached = {found.reached_by for found in document_type.stages}
    keys = tuple(key for key in keys if key not in reached)
    sections = tuple(section.heading for section in document_type.sections if section.since == name)
    tables = tuple(table.field for table in document_type.tables if table.since == name)
    text = minimal(document_type, stage, but=(*keys, *sections, *tables))
    write(repository, document_type, text)
    found = [d for d in repository.check().diagnostics if not d.code.startswith(OF_THE_WORLD)]
    reached_by = document_type.stages[stage].reached_by  # the day that makes them necessary
    days = {number for number, line in enumerate(text.split("\n"), 1) if line.startswith(f"{reached_by}: ")}
    assert {d.location.line for d in found} <= {3} | days
    missed = {re.findall(r"`([^`]+)`", d.message)[0] for d in found}
    headings = {table.heading for table in document_type.tables if table.field in tables}
    assert set(keys) | set(sections) <= missed <= set(keys) | set(sections) | headings | set(tables)


def test_a_complaint_of_day_one_is_green(repository: Repository) -> None:
    """Nobody invents an investigation, a decision or a reply to get a complaint past the gate."""
    repository.write(COMPLAINT_PATH, COMPLAINT)
    assert findings(repository) == []
    keys = set(re.findall(r"^(\w+):", COMPLAINT, re.MULTILINE))
    assert {"received", "aware_on", "aware_by", "opened"} <= keys
    assert not keys & {"is_complaint", "reportable", "investigated", "closed"}


def test_an_open_capa_is_green(repository: Repository) -> None:
    repository.write(CAPA_PATH, CAPA)
    assert findings(repository) == []
    until_open = re.sub(r"(cause|planned|adverse)\w*: .*\n", "", CAPA).partition("## Cause")[0]
    repository.write(CAPA_PATH, until_open)
    assert findings(repository) == []


def test_a_stage_reached_needs_all_before_it(repository: Repository) -> None:
    """A CAPA that is closed without ever having established its cause is not closed."""
    text = CAPA.replace("cause_on: 2026-03-10\ncause_by: anna-keller\n", "closed: 2026-08-01\n")
    repository.write(CAPA_PATH, text.replace("| |\n", "| 2026-05-01 |\n"))
    missing = {finding.split("`")[1] for finding in repository.findings() if " QD007 " in finding}
    assert {"cause_by", "effective", "effectiveness_checked_on", "effectiveness_checked_by"} <= missing


def test_a_decision_not_to_investigate_can_be_recorded(repository: Repository) -> None:
    text = minimal(TYPES["complaint"], 2, say={"investigated": "false"})
    assert "not_investigated_reason: a text" in text
    write(repository, TYPES["complaint"], text)
    assert findings(repository) == []


@pytest.mark.parametrize("document_type", TYPES.values(), ids=lambda found: found.name)
def test_each_type_is_well_formed(repository: Repository, document_type: DocumentType) -> None:
    read_key(document_type.name)
    read_document_id(f"{document_type.prefix}-001")
    top = {Kind.CONTROLLED: ("sops", "templates"), Kind.RECORD: ("records",), Kind.ENTRY: ("records",)}
    assert document_type.folder.partition("/")[0] in top[document_type.kind]
    assert document_type.retention
    catalogs = repository.load().catalogs
    assert all(read_citations(clause, catalogs) for clause in document_type.clauses)
    assert set(document_type.since.values()) <= set(document_type.order)
    for stage in document_type.stages:
        assert stage.reached_by is None or stage.reached_by in document_type.dates
    for key, info in document_type.model.model_fields.items():
        assert info.description, key


def test_prefixes_and_folders_of_records_are_their_own() -> None:
    prefixes = [document_type.prefix for document_type in TYPES.values()]
    assert len(set(prefixes)) == len(prefixes)
    folders = [
        document_type.folder for document_type in TYPES.values() if document_type.kind is not Kind.CONTROLLED
    ]
    assert len(set(folders)) == len(folders)


def test_the_types_that_were_promised() -> None:
    by_kind = {kind: {t.name for t in TYPES.values() if t.kind is kind} for kind in Kind}
    assert by_kind == {
        Kind.CONTROLLED: {
            "manual", "policy", "sop", "work-instruction", "form", "plan", "report", "audit-programme",
            "role-description", "prrc-appointment", "quality-agreement", "operator-agreement",
            "risk-management-plan", "risk-management-report", "clinical-evaluation-plan",
            "clinical-evaluation-report", "pms-plan", "pms-report", "psur", "pmcf-plan", "pmcf-report", "sscp",
            "gspr-checklist", "declaration", "technical",
        },
        Kind.RECORD: {
            "capa", "audit", "finding", "management-review", "nonconformity", "change", "improvement", "training",
            "training-session", "complaint", "reportability-decision", "serious-incident",
            "field-safety-corrective-action", "field-safety-notice", "trend-report", "security-incident",
            "supplier-evaluation", "calibration", "validation", "product-release", "sterilisation-lot",
            "submission", "regulatory-change", "record",
        },
        Kind.ENTRY: {
            "device", "certificate", "applied-standard", "requirement", "supplier", "equipment",
            "external-document", "software-tool", "objective", "risk",
        },
    }  # fmt: skip


LAST = {name: len(found.stages) - 1 if found.kind is Kind.RECORD else 0 for name, found in TYPES.items()}
CONDITIONS = [
    pytest.param(found, key, condition, id=f"{found.name} {key}")
    for found in TYPES.values()
    for key, condition in found.conditional.items()
]
ORDERS = [
    pytest.param(found, later, earlier, id=f"{found.name} {earlier} {later}")
    for found in TYPES.values()
    for later, keys in found.after.items()
    for earlier in keys
]
TYPED = [pytest.param(found, key, id=f"{found.name} {key}") for found in TYPES.values() for key in found.of]


@pytest.mark.parametrize(("document_type", "key", "condition"), CONDITIONS)
def test_what_another_key_makes_necessary_is_missed_and_only_then(
    repository: Repository, document_type: DocumentType, key: str, condition: tuple[str, str, str]
) -> None:
    since, other, value = condition
    stage = document_type.order[since]
    write(repository, document_type, minimal(document_type, stage, say={other: value}))
    assert findings(repository) == []
    write(repository, document_type, minimal(document_type, stage, say={other: value}, but=(key,)))
    [found] = findings(repository)
    assert found.endswith(f" QD007 `{key}` is missing; `{other}: {value}` needs it from stage `{since}` on")
    write(repository, document_type, minimal(document_type, stage, but=(key, other)))
    assert key not in " ".join(findings(repository))


@pytest.mark.parametrize(("document_type", "later", "earlier"), ORDERS)
def test_a_day_before_the_day_that_it_follows_is_impossible(
    repository: Repository, document_type: DocumentType, later: str, earlier: str
) -> None:
    stage = LAST[document_type.name]
    say = {earlier: "2026-10-02", later: "2026-10-01"}
    write(repository, document_type, minimal(document_type, stage, say=say))
    messages = [d.message for d in repository.check().diagnostics if d.code == "QD502"]
    assert f"`{later}` 2026-10-01 is before `{earlier}` 2026-10-02" in messages
    write(repository, document_type, minimal(document_type, stage, say=dict.fromkeys(say, "2026-11-01")))
    assert findings(repository) == []


@pytest.mark.parametrize(("document_type", "key"), TYPED)
def test_a_key_names_documents_of_its_types_only(
    repository: Repository, document_type: DocumentType, key: str
) -> None:
    stage = LAST[document_type.name]
    good = a_value(document_type, key)
    write(repository, document_type, minimal(document_type, stage, say={key: good}))
    assert "QD110" not in {d.code for d in repository.check().diagnostics}
    other = "DEV-001" if "sop" in document_type.of[key] else "SOP-001"
    write(
        repository, document_type, minimal(document_type, stage, say={key: good.replace(good.strip("[]"), other)})
    )
    [found] = [d for d in repository.check().diagnostics if not d.code.startswith(OF_THE_WORLD)]
    assert found.code == "QD110"
    assert re.match(rf"`{other}` is of type `(sop|device)`; here a document of type `", found.message)


def test_what_must_be_forgotten_is_only_a_key() -> None:
    assert TYPES["complaint"].personal == {"complainant"}
