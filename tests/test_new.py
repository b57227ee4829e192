"""`qmsdoc new`: the next free id, the right folder, and findings for what is still open, nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from conftest import SOP, SOP_PATH, Model, Repository
from qmsdoc.frontmatter import read_front_matter
from qmsdoc.types import registry
from qmsdoc.types.kinds import Kind
from type_documents import a_value

if TYPE_CHECKING:
    from qmsdoc.types.base import DocumentType

TITLES = [
    "Cleaning of returned devices",
    'With "quotes", a colon: and # a hash',
    "<script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %}",
    "*stars*, _lines_, `code`, [a](b.md), ![i](j.png), ~~no~~ | cell",
    "- a list",
    "[a, b]",
    "true",
    "null",
    "2026-01-01",
    "&amp; and &#60;b&#62;",
    "ends with a hash #",
    "Größe ≤ 5 µm",
    "../../etc/passwd",
    "a\\b %20 C:\\x",
    "x" * 300,
]


def test_the_whole_document(repository: Repository) -> None:
    """Without a form the body is the sections of the type."""
    ran = repository.run("new", "capa", "--title", "Seal leaks", "--owner", "quality-manager")
    assert (ran.code, ran.out, ran.err) == (0, "records/capa/CAPA-001-seal-leaks.md\n", "")
    assert (repository.root / "records/capa/CAPA-001-seal-leaks.md").read_bytes().decode() == (
        "---\n"
        "id: CAPA-001\n"
        "type: capa\n"
        "title: Seal leaks\n"
        "owner: quality-manager\n"
        "opened: 2026-11-23\n"
        "procedure:  # the procedure it was made under\n"
        "action_kind:  # corrective | preventive\n"
        "source:  # complaint | audit | nonconformity | surveillance | process | supplier | other\n"
        "---\n"
        "\n"
        "# Seal leaks\n"
        "\n"
        "## Problem\n"
    )
    assert repository.findings() == [
        "CAPA-001-seal-leaks.md:7:1 QD007 `procedure` is missing; type `capa` needs it from stage `open` on",
        "CAPA-001-seal-leaks.md:8:1 QD007 `action_kind` is missing; type `capa` needs it from stage `open` on",
        "CAPA-001-seal-leaks.md:9:1 QD007 `source` is missing; type `capa` needs it from stage `open` on",
    ]


@pytest.mark.parametrize("document_type", registry.builtin().values(), ids=lambda found: found.name)
def test_every_type_from_its_form(model: Model, document_type: DocumentType) -> None:
    """Only keys that nobody has filled yet are found; filled, the document passes at its first stage."""
    ran = model.run("new", document_type.name, "--title", "Näme of it")
    assert ran.code == 0, ran.err
    path = ran.out.strip()
    assert re.fullmatch(rf"{document_type.folder}/{document_type.prefix}-\d{{3}}-naeme-of-it\.md", path)
    text = (model.root / path).read_text(encoding="utf-8")
    front, problems = read_front_matter(text, path)
    assert problems == []
    open_keys = sorted(front.empty)
    found = model.run("validate", model.root / path, "--output-format", "concise")
    assert sorted(re.findall(r"error\[QD007 missing-field\] `(\w+)`", found.out)) == open_keys, found.out
    assert len(found.lines) == len(open_keys)
    for key in open_keys:
        text = re.sub(rf"^{key}:.*$", f"{key}: {a_value(document_type, key)}", text, flags=re.MULTILINE)
    for key, (since, other, value) in document_type.conditional.items():
        if since == document_type.stages[0].name and f"\n{other}: {value}\n" in text:
            text = text.replace("\n---\n", f"\n{key}: {a_value(document_type, key)}\n---\n", 1)
    model.write(path, text.encode())
    filled = model.run("validate", model.root / path, "--output-format", "concise", "--fail-on", "info")
    assert (filled.code, filled.out) == (0, "")


@pytest.mark.parametrize("title", TITLES)
def test_any_title_is_kept_as_typed_and_shown_letter_by_letter(repository: Repository, title: str) -> None:
    repository.sop()
    ran = repository.run("new", "sop", "--title", title, "--owner", "quality-manager")
    assert ran.code == 0
    path = ran.out.removesuffix("\n")
    assert re.fullmatch(r"sops/SOP-002(-[a-z0-9]+)*\.md", path)
    assert len(path) < 90
    assert repository.findings() == []
    document = repository.load().by_id["SOP-002"]
    assert document.title == title
    assert document.body.headings[0].text == title


@pytest.mark.parametrize(
    "title", ["", "   ", "two\nlines", "a tab\t", "\x00", "right\u202eleft", "zero\u200bwidth", "n/a (x)"]
)
def test_titles_that_nobody_can_read_are_refused(repository: Repository, title: str) -> None:
    ran = repository.run("new", "sop", "--title", title)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("qmsdoc: the title ")
    assert not (repository.root / "sops").exists()


def test_an_id_is_never_used_twice(repository: Repository) -> None:
    """Not the id of a gap, nor one that an unreadable or a misnamed file claims."""
    repository.sop()
    repository.sop(SOP.replace("SOP-001", "SOP-007"), "sops/SOP-007.md")
    repository.write("sops/SOP-011-broken.md", "# No front matter\n")
    repository.sop(SOP.replace("SOP-001", "SOP-009"), "sops/SOP-012-misnamed.md")
    assert repository.run("new", "sop", "--title", "A").out == "sops/SOP-013-a.md\n"
    assert repository.run("new", "sop", "--title", "B").out == "sops/SOP-014-b.md\n"
    assert repository.run("new", "policy", "--title", "C").out == "sops/POL-001-c.md\n"


def test_after_999_comes_1000(repository: Repository) -> None:
    repository.sop(SOP.replace("SOP-001", "SOP-999"), "sops/SOP-999.md")
    assert repository.run("new", "sop", "--title", "A").out == "sops/SOP-1000-a.md\n"


def test_in_an_empty_repository(repository: Repository) -> None:
    assert repository.run("new", "sop", "--title", "A").out == "sops/SOP-001-a.md\n"


def test_folder(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.sop()
    monkeypatch.chdir(repository.root)
    ran = repository.run("new", "sop", "--title", "A", "--folder", "sops/documents")
    assert ran.out == "sops/documents/SOP-002-a.md\n"
    for folder in ("records", "..", "/etc", "sops/../records"):
        ran = repository.run("new", "sop", "--title", "A", "--folder", folder)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"qmsdoc: documents of type sop do not lie in {folder}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sopp", "--title", "A"], "qmsdoc: `sopp` is not a document type\n  help: did you mean `sop`?\n"),
        (
            ["sop", "--title", "A", "--owner", "quality-manger"],
            "qmsdoc: `quality-manger` is not a role\n  help: did you mean `quality-manager`?\n",
        ),
    ],
)
def test_wrong_usage(repository: Repository, arguments: list[str], said: str) -> None:
    repository.sop()
    ran = repository.run("new", *arguments)
    assert (ran.code, ran.out, ran.err) == (2, "", said)


FORM = """\
---
id: FRM-001
type: form
title: Form of an SOP
revision: 1
owner: prrc
makes: sop
---

# {{{{ title }}}}

{0}
"""


def test_the_form_gives_body_and_owner(repository: Repository) -> None:
    repository.sop()
    repository.write(
        "templates/FRM-001-sop.md", FORM.format("{{ id }} of {{ owner }}: {{ sections | join(', ') }}")
    )
    path = repository.run("new", "sop", "--title", "A").out.strip()
    text = (repository.root / path).read_text(encoding="utf-8")
    assert "\nowner: prrc\n" in text
    assert text.endswith("---\n\n# A\n\nSOP-002 of prrc: Purpose and scope, Roles, Procedure, Records\n")


@pytest.mark.parametrize(
    "template",
    [
        "{{ nothing }}",
        "{% for %}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{% include '/etc/passwd' %}",
        "{{ 'x' * 10 ** 9 }}",
        "{% for i in range(10 ** 9) %}x{% endfor %}",
    ],
)
def test_a_form_reaches_nothing_but_the_values(repository: Repository, template: str) -> None:
    repository.sop()
    repository.write("templates/FRM-001-sop.md", FORM.format(template))
    ran = repository.run("new", "sop", "--title", "A")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("qmsdoc: the form of sop cannot be filled: ")
    assert not list((repository.root / "sops").glob("SOP-002*"))


def test_each_kind_begins_with_its_own_day(model: Model) -> None:
    for name, kind, line in (
        ("sop", Kind.CONTROLLED, "revision: 1"),
        ("change", Kind.RECORD, "opened: 2026-11-23"),
        ("supplier", Kind.ENTRY, "from: 2026-11-23"),
    ):
        path = model.run("new", name, "--title", "A").out.strip()
        assert registry.builtin()[name].kind is kind
        assert f"\n{line}\n" in (model.root / path).read_text(encoding="utf-8")


def test_nothing_that_is_there_is_overwritten(repository: Repository) -> None:
    repository.sop()
    before = (repository.root / SOP_PATH).read_bytes()
    repository.run(
        "new", "sop", "--title", "Control of documents", "--folder", str(repository.root / "sops/documents")
    )
    assert (repository.root / SOP_PATH).read_bytes() == before


def test_guidance_is_for_who_fills_the_form_and_stays_there(repository: Repository) -> None:
    form = "---\nid: FRM-001\ntype: form\ntitle: F\nrevision: 1\nowner: quality-manager\nmakes: capa\n---\n"
    body = (
        "# {{ title }}\n\n## Problem\n\n> Guidance: facts, numbers\n> and their limits.\n\n> A quotation stays.\n"
    )
    repository.write("templates/FRM-001-capa.md", form + body)
    path = repository.run("new", "capa", "--title", "Leak").out.strip()
    text = (repository.root / path).read_text(encoding="utf-8")
    assert text.endswith("# Leak\n\n## Problem\n\n> A quotation stays.\n")
