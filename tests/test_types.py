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
from type_documents import minimal

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
    """An SOP, a device and a supplier that the documents refer to."""
    repository.sop()
    for name in ("device", "supplier"):
        text = minimal(TYPES[name]).replace("-900", "-001")
        repository.write(f"{TYPES[name].folder}/{TYPES[name].prefix}-001.md", text)


def path_of(document_type: DocumentType) -> str:
    return f"{document_type.folder}/{document_type.prefix}-900.md"


@pytest.mark.parametrize(("document_type", "stage"), STAGES)
def test_what_a_stage_needs_is_enough(repository: Repository, document_type: DocumentType, stage: int) -> None:
    repository.write(path_of(document_type), minimal(document_type, stage))
    assert repository.findings() == []


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
    repository.write(path_of(document_type), minimal(document_type, stage, but=(*keys, *sections, *tables)))
    found = repository.check().diagnostics
    assert {d.location.line for d in found} <= {3}
    missed = {re.findall(r"`([^`]+)`", d.message)[0] for d in found}
    headings = {table.heading for table in document_type.tables if table.field in tables}
    assert set(keys) | set(sections) <= missed <= set(keys) | set(sections) | headings | set(tables)


def test_a_complaint_of_day_one_is_green(repository: Repository) -> None:
    """Nobody invents an investigation, a decision or a reply to get a complaint past the gate."""
    repository.write(COMPLAINT_PATH, COMPLAINT)
    assert repository.findings() == []
    keys = set(re.findall(r"^(\w+):", COMPLAINT, re.MULTILINE))
    assert {"received", "aware_on", "aware_by", "opened"} <= keys
    assert not keys & {"is_complaint", "reportable", "investigated", "closed"}


def test_an_open_capa_is_green(repository: Repository) -> None:
    repository.write(CAPA_PATH, CAPA)
    assert repository.findings() == []
    until_open = re.sub(r"(cause|planned|adverse)\w*: .*\n", "", CAPA).partition("## Cause")[0]
    repository.write(CAPA_PATH, until_open)
    assert repository.findings() == []


def test_a_stage_reached_needs_all_before_it(repository: Repository) -> None:
    """A CAPA that is closed without ever having established its cause is not closed."""
    text = CAPA.replace("cause_on: 2026-03-10\ncause_by: anna-keller\n", "closed: 2026-08-01\n")
    repository.write(CAPA_PATH, text.replace("| |\n", "| 2026-05-01 |\n"))
    missing = {finding.split("`")[1] for finding in repository.findings() if " QD007 " in finding}
    assert {"cause_by", "effective", "effectiveness_checked_on", "effectiveness_checked_by"} <= missing


def test_a_decision_not_to_investigate_can_be_recorded(repository: Repository) -> None:
    text = minimal(TYPES["complaint"], 2).replace("investigated: true", "investigated: false")
    repository.write("records/complaint/CMP-900.md", text)
    assert repository.findings() == []


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
        Kind.CONTROLLED: {"manual", "policy", "sop", "work-instruction", "form", "plan", "report", "agreement",
                          "declaration", "technical"},
        Kind.RECORD: {"capa", "complaint", "training", "audit", "finding", "management-review", "nonconformity",
                      "change"},
        Kind.ENTRY: {"device", "supplier", "risk", "equipment", "external-document"},
    }  # fmt: skip


def test_what_must_be_forgotten_is_only_a_key() -> None:
    assert TYPES["complaint"].personal == {"complainant"}
