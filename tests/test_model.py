"""The model QMS as a whole: nothing dangles, nothing is left open, and every flow can be seen at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from conftest import REPOSITORY
from qmsdoc import diagrams
from qmsdoc.load import load
from qmsdoc.types.kinds import Kind
from qmsdoc.types.registry import builtin
from qmsdoc.views.stats import Flow, read
from test_corpora import CORPORA

if TYPE_CHECKING:
    from pathlib import Path

    from qmsdoc.project import Document, Project

MOST_SOPS = 20
HARDEST = 50  # LIX of a procedure; above stands what Björnsson calls difficult
RUN = 12  # words in common with another text that are no chance
ALONE = {"manual", "policy"}  # which everything else serves
TEXTS = [
    path for folder in ("sops", "templates", "records") for path in sorted((REPOSITORY / folder).rglob("*.md"))
]


@pytest.fixture(scope="module")
def model() -> Project:
    return load(REPOSITORY)[0]


def names(document: Document) -> set[str]:
    return {wanted for wanted, _ in document.named("document")}


def test_no_document_is_an_orphan(model: Project) -> None:
    """Something points to each controlled document; a record or an entry points to what it belongs to."""
    pointed = {wanted for document in model.documents for wanted in names(document) - {document.id}}
    orphans = [
        d.id
        for d in model.documents
        if d.id not in pointed and d.type.name not in ALONE and (d.type.kind is Kind.CONTROLLED or not names(d))
    ]
    assert orphans == []


def test_each_type_has_a_form_and_each_form_a_procedure_that_names_it(model: Project) -> None:
    forms = [d for d in model.documents if d.type.name == "form"]
    assert {form.text("makes") for form in forms} == set(builtin())
    for form in forms:
        assert form.items("references"), form.id
        for procedure in form.items("references"):
            assert form.id in model.by_id[procedure].items("references"), (form.id, procedure)


def test_every_record_and_entry_type_shows_life(model: Project) -> None:
    used = {d.type.name for d in model.documents}
    assert [t.name for t in builtin().values() if t.kind is not Kind.CONTROLLED and t.name not in used] == []


def test_each_role_has_duties_and_a_holder(model: Project) -> None:
    owners = {d.text("owner") for d in model.documents}
    addressed = {role for d in model.documents for role in d.items("applies_to")}
    assert set(model.people.roles) - owners - addressed == set()
    holders = {held.role for person in model.people.persons.values() for held in person.roles}
    assert set(model.people.roles) <= holders


def test_at_most_twenty_procedures(model: Project) -> None:
    assert sum(d.type.name == "sop" for d in model.documents) <= MOST_SOPS


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_nothing_is_left_open(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.parent.name != "templates":
        assert "{{" not in re.sub(
            r"```mermaid\n.*?```", "", text, flags=re.DOTALL
        )  # which has boxes of this shape
        assert "Guidance:" not in text
    assert (
        re.findall(r"\b(?:TBD|TODO|FIXME|XXX|lorem ipsum|is compliant|fully compliant)\b", text, re.IGNORECASE)
        == []
    )
    for flow in re.findall(r"```mermaid\n(.*?)```", text, re.DOTALL):
        assert "accTitle:" in flow
        assert "accDescr:" in flow
        assert Flow(*diagrams.size(flow)).fits, path.name


@pytest.mark.parametrize(
    "path", [path for path in TEXTS if path.name.startswith("SOP-")], ids=lambda path: path.name
)
def test_procedures_are_read_easily(path: Path) -> None:
    found = read(path.read_text(encoding="utf-8").partition("\n---\n")[2])
    assert found.lix is not None
    assert found.lix < HARDEST


def words(text: str) -> list[str]:
    prose = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    return re.findall(r"[a-z0-9]+", re.sub(r"\]\([^)]*\)", "]", prose).lower())


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora lie beside the repository")
def test_no_run_of_words_comes_from_other_templates(model: Project) -> None:  # noqa: ARG001
    theirs: set[tuple[str, ...]] = set()
    for path in sorted(CORPORA.rglob("*.md")):
        found = words(path.read_text(encoding="utf-8", errors="replace"))
        theirs.update(tuple(found[i : i + RUN]) for i in range(len(found) - RUN + 1))
    copied = []
    for path in TEXTS:
        ours = words(path.read_text(encoding="utf-8").partition("\n---\n")[2])
        copied += [
            f"{path.name}: {' '.join(run)}"
            for i in range(len(ours) - RUN + 1)
            if (run := tuple(ours[i : i + RUN])) in theirs
        ]
    assert theirs
    assert copied == []


def test_the_types_are_documented() -> None:
    text = (REPOSITORY / "docs/types.md").read_text(encoding="utf-8")
    for found in builtin().values():
        assert f"| `{found.name}` | {found.title} | {found.prefix} | `{found.folder}/` |" in text
