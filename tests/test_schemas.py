"""JSON Schemas for editors: in step with the models, and true for the front matter that the gate accepts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import referencing

from conftest import REPOSITORY, SOP, Model, Repository, run
from qmsdoc.frontmatter import decode, read_front_matter
from qmsdoc.schema import schemas
from qmsdoc.types import registry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXTS = schemas(registry.builtin())


def validator() -> jsonschema.Draft202012Validator:
    """The schema for any document, as an editor resolves it."""
    resources = [
        (f"{name}.schema.json", referencing.Resource.from_contents(json.loads(text)))
        for name, text in TEXTS.items()
    ]
    any_document = json.loads(TEXTS["document"])
    return jsonschema.Draft202012Validator(
        any_document,
        registry=referencing.Registry().with_resources(resources),
        format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
    )


def as_editors_read(path: Path) -> dict[str, Any]:
    """Front matter as YAML 1.2 tools read it: whole numbers and true/false are no texts."""
    raw = decode(path.read_bytes(), path.name)
    front, _ = read_front_matter(raw, path.name)

    def scalar(text: str) -> object:
        if f'"{text}"' in raw:
            return text
        return {"true": True, "false": False}.get(text, int(text) if text.isdecimal() else text)

    return {
        key: [scalar(item) for item in value] if isinstance(value, list) else scalar(value)
        for key, value in front.data.items()
    }


def documents() -> Iterator[Path]:
    for folder in ("sops", "records", "templates"):
        yield from (file for file in (REPOSITORY / folder).rglob("*.md") if file.name != "README.md")


def test_the_files_of_this_repository_are_in_step() -> None:
    """Where this fails: `qmsdoc schema export`."""
    ran = run("--root", REPOSITORY, "schema", "export", "--check")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith(f"0 of {len(TEXTS)} schemas out of date in ")


@pytest.mark.parametrize("name", TEXTS)
def test_each_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(TEXTS[name]))


def test_they_accept_the_front_matter_of_this_repository() -> None:
    check = validator()
    wrong = {file.name: [e.message for e in check.iter_errors(as_editors_read(file))] for file in documents()}
    assert len(wrong) > 50
    assert {name: errors for name, errors in wrong.items() if errors} == {}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("revision: 1", "revision: 0"),
        ("revision: 1", "revision: 01"),
        ("owner: quality-manager", "owner: Quality Manager"),
        ("owner: quality-manager\n", ""),
        ("training: read", "training: reading"),
        ("training: read", "traning: read"),
        ("effective_from: 2026-01-15", "effective_from: 15.1.2026"),
        ("applies_to: [quality-manager]", "applies_to: quality-manager"),
        ("id: SOP-001", "id: sop-1"),
        ("type: sop", "type: sopp"),
    ],
)
def test_they_refuse_what_the_gate_refuses(repository: Repository, right: str, wrong: str) -> None:
    path = repository.sop()
    assert validator().is_valid(as_editors_read(path))
    repository.sop(SOP.replace(right, wrong))
    assert repository.findings()
    data = as_editors_read(path)
    if wrong == "revision: 01":
        data["revision"] = "01"
    assert not validator().is_valid(data)


def test_stages_and_descriptions_stand_beside_the_keys() -> None:
    schema = json.loads(TEXTS["complaint"])
    assert schema["properties"]["reportable"]["x-since"] == "assessed"
    assert schema["properties"]["aware_on"]["description"].startswith("day somebody in the organisation")
    assert schema["required"][:3] == ["id", "type", "title"]
    assert schema["properties"]["complainant"]["x-personal"] is True


def test_export_writes_and_check_only_looks(model: Model) -> None:
    folder = model.root / "schemas"
    (folder / "sop.schema.json").unlink()
    (folder / "capa.schema.json").write_text("{}")
    ran = model.run("schema", "export", "--check")
    assert ran.code == 1
    assert ran.err == f"2 of {len(TEXTS)} schemas out of date in {folder}\n"
    assert not (folder / "sop.schema.json").exists()
    ran = model.run("schema", "export")
    assert (ran.code, ran.err) == (0, f"2 of {len(TEXTS)} schemas written in {folder}\n")
    assert (folder / "sop.schema.json").read_bytes().decode() == TEXTS["sop"]
    assert model.run("schema", "export", "--check").code == 0


def test_export_elsewhere(repository: Repository, tmp_path: Path) -> None:
    ran = repository.run("schema", "export", "--output", tmp_path / "a" / "b")
    assert ran.code == 0
    assert {file.name for file in (tmp_path / "a" / "b").iterdir()} == {f"{name}.schema.json" for name in TEXTS}
    (tmp_path / "file").write_text("x")
    assert repository.run("schema", "export", "--output", tmp_path / "file" / "b").code == 2
