"""`qmsdoc new`: the next free id, the right folder, and findings for what is still open, nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from conftest import SOP, SOP_PATH, Model, Repository
from qmsdoc.types import registry
from qmsdoc.types.kinds import Kind
from type_documents import a_value

if TYPE_CHECKING:
    from collections.abc import Callable

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
    ran = repository.run("new", "capa", "--title", "Seal leaks", "--owner", "quality-manager", "--blank")
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
    """What is missing is named and nothing is written; with it the document passes at its first stage."""
    values: dict[str, str] = {}
    ran = model.run("new", document_type.name, "--title", "Näme of it")
    while missing := re.findall(r"^`(\w+)` is missing: ", ran.err, re.MULTILINE):
        assert (ran.code, ran.out) == (2, "")
        assert not values.keys() & set(missing)
        values |= {key: a_value(document_type, key) for key in missing}
        flags = [flag for key, value in values.items() for flag in ("--set", f"{key}={value}")]
        ran = model.run("new", document_type.name, "--title", "Näme of it", *flags)
    assert ran.code == 0, ran.err
    path = ran.out.strip()
    assert re.fullmatch(rf"{document_type.folder}/{document_type.prefix}-\d{{3}}-naeme-of-it\.md", path)
    judged = ("--ignore", "QD506,QD6")  # what the company did late, or by the wrong person
    found = model.run("validate", model.root / path, "--output-format", "concise", "--fail-on", "info", *judged)
    assert (found.code, found.out) == (0, "")


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
    assert repository.run("new", "sop", "--title", "A", "--blank").out == "sops/SOP-013-a.md\n"
    assert repository.run("new", "sop", "--title", "B", "--blank").out == "sops/SOP-014-b.md\n"
    assert repository.run("new", "policy", "--title", "C", "--blank").out == "sops/POL-001-c.md\n"


def test_after_999_comes_1000(repository: Repository) -> None:
    repository.sop(SOP.replace("SOP-001", "SOP-999"), "sops/SOP-999.md")
    assert repository.run("new", "sop", "--title", "A", "--blank").out == "sops/SOP-1000-a.md\n"


def test_in_an_empty_repository(repository: Repository) -> None:
    assert repository.run("new", "sop", "--title", "A", "--blank").out == "sops/SOP-001-a.md\n"


def test_folder(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.sop()
    monkeypatch.chdir(repository.root)
    ran = repository.run("new", "sop", "--title", "A", "--blank", "--folder", "sops/documents")
    assert ran.out == "sops/documents/SOP-002-a.md\n"
    for folder in ("records", "..", "/etc", "sops/../records"):
        ran = repository.run("new", "sop", "--title", "A", "--blank", "--folder", folder)
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
    path = repository.run("new", "sop", "--title", "A", "--blank").out.strip()
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
    ran = repository.run("new", "sop", "--title", "A", "--blank")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("qmsdoc: the form of sop cannot be filled: ")
    assert not list((repository.root / "sops").glob("SOP-002*"))


def test_each_kind_begins_with_its_own_day(model: Model) -> None:
    for name, kind, line in (
        ("sop", Kind.CONTROLLED, "revision: 1"),
        ("change", Kind.RECORD, "opened: 2026-11-23"),
        ("supplier", Kind.ENTRY, "from: 2026-11-23"),
    ):
        path = model.run("new", name, "--title", "A", "--blank").out.strip()
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
    path = repository.run("new", "capa", "--title", "Leak", "--blank").out.strip()
    text = (repository.root / path).read_text(encoding="utf-8")
    assert text.endswith("# Leak\n\n## Problem\n\n> A quotation stays.\n")


COMPLAINT_FLAGS = ("--set", "received=2026-11-20", "--set", "aware_on=2026-11-20", "--set", "aware_by=anna-keller")


def test_flags_say_everything(repository: Repository) -> None:
    """Keys, lists, and the text of a section, which is shown letter by letter."""
    repository.sop()
    ran = repository.run(
        *(
            "new",
            "complaint",
            "--title",
            "Dark",
            "--owner",
            "prrc",
            "--set",
            "procedure=SOP-001",
            *COMPLAINT_FLAGS,
        ),
        *("--set", "references=[SOP-001]", "--set", "evidence=crm:4711, crm:4712"),
        *("--set", "description=It was dark.\n---\n# <b>No</b>\n- a | b\n1. c"),
    )
    assert (ran.code, ran.out, ran.err) == (0, "records/complaint/CMP-001-dark.md\n", "")
    assert (repository.root / "records/complaint/CMP-001-dark.md").read_text(encoding="utf-8") == (
        "---\n"
        "id: CMP-001\n"
        "type: complaint\n"
        "title: Dark\n"
        "owner: prrc\n"
        "references: [SOP-001]\n"
        "opened: 2026-11-23\n"
        "procedure: SOP-001\n"
        'evidence: ["crm:4711", "crm:4712"]\n'
        "received: 2026-11-20\n"
        "aware_on: 2026-11-20\n"
        "aware_by: anna-keller\n"
        "---\n"
        "\n"
        "# Dark\n"
        "\n"
        "## Description\n"
        "\n"
        "It was dark.\n"
        "\\---\n"
        "\\# \\<b\\>No\\</b\\>\n"
        "\\- a \\| b\n"
        "1\\. c\n"
    )
    assert repository.findings() == []
    assert [h.text for h in repository.load().by_id["CMP-001"].body.headings] == ["Dark", "Description"]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["colour=red"], "qmsdoc: `colour` is no key and no heading of complaint\n  help: known: Description, "),
        (
            ["receved=2026-11-20"],
            "qmsdoc: `receved` is no key and no heading of complaint\n  help: did you mean `received`?",
        ),
        (["received"], "qmsdoc: `received` sets nothing\n  help: write --set KEY=VALUE\n"),
        (["received="], "qmsdoc: `received` is set to nothing\n"),
        (["lot=A", "lot=B"], "qmsdoc: `lot` is given twice\n"),
        (["title=B"], "qmsdoc: `title` is given twice\n  help: keep --title or --set title=…\n"),
        (["type=capa"], "qmsdoc: `type` is no key and no heading of complaint\n"),
        (["received=20.11.2026"], "received: `20.11.2026` is not a date; write it as `YYYY-MM-DD`\n"),
        (["procedure=SOP-009"], "`SOP-009` is not a document in this QMS (did you mean `SOP-001`"),
        (["id=cmp"], "id: `cmp` is not a document id; write it as `SOP-014`\n"),
    ],
)
def test_flags_that_say_nothing_right(repository: Repository, flags: list[str], said: str) -> None:
    repository.sop()
    ran = repository.run("new", "complaint", "--title", "A", *(f"--set={flag}" for flag in flags))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(said)
    assert not (repository.root / "records").exists()


def test_a_form_brings_its_procedure_along(model: Model) -> None:
    path = model.run("new", "complaint", "--title", "Dark", *COMPLAINT_FLAGS).out.strip()
    assert "\nprocedure: SOP-007\n" in (model.root / path).read_text(encoding="utf-8")


def test_a_scan_comes_along_as_attachment(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repository.sop()
    scan = tmp_path_factory.mktemp("scans") / "Formblatt Nr 4 (Müller).PDF"
    scan.write_bytes(b"%PDF-1.7 scanned")
    flags = ("--owner", "prrc", "--set", "procedure=SOP-001", *COMPLAINT_FLAGS)
    ran = repository.run("new", "complaint", "--title", "Dark", *flags, "--attach", scan)
    assert (ran.code, ran.err) == (0, "")
    copied = repository.root / "records/complaint/CMP-001/formblatt-nr-4-mueller.pdf"
    assert copied.read_bytes() == b"%PDF-1.7 scanned"
    assert repository.load().by_id["CMP-001"].items("attachments") == (copied.name,)
    assert repository.findings() == []
    for name, said in (
        ("run.exe", "cannot be attached"),
        ("none.pdf", "cannot be read: No such file or directory"),
    ):
        if name == "run.exe":
            (scan.parent / name).write_bytes(b"MZ")
        ran = repository.run("new", "complaint", "--title", "Two", *flags, "--attach", scan.parent / name)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err
    assert len(list((repository.root / "records/complaint").glob("*.md"))) == 1


def test_what_would_be_written(repository: Repository) -> None:
    repository.sop()
    ran = repository.run("new", "sop", "--title", "A", "--owner", "prrc", "--dry-run")
    assert (ran.code, ran.out) == (0, "would write sops/SOP-002-a.md\n")
    assert len(list((repository.root / "sops").rglob("*.md"))) == 1


def test_a_link_in_place_of_a_folder_leads_nowhere(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    repository.sop()
    (repository.root / "records").mkdir()
    (repository.root / "records/complaint").symlink_to(elsewhere)
    ran = repository.run("new", "complaint", "--title", "A", "--blank")
    assert ran.code == 2
    assert ran.err.startswith("qmsdoc: nothing was written: ")
    assert list(elsewhere.iterdir()) == []
    assert sorted(path.name for path in repository.root.iterdir()) == ["qmsdoc.toml", "records", "sops", "trust"]


def test_on_a_terminal_it_asks_until_it_can_take_the_answer(
    repository: Repository, types: Callable[[list[str]], None]
) -> None:
    repository.sop()
    types(["Display dark", "prrc", "SOP-1", "SOP-001", "yesterday", "2026-11-20", "2026-11-20", "anna-keller"])
    ran = repository.run("new", "complaint")
    assert (ran.code, ran.out) == (0, "records/complaint/CMP-001-display-dark.md\n")
    assert "title: the title readers see, or what happened, in one line\n> " in ran.err
    assert "`SOP-1` is not a document in this QMS" in ran.err
    assert "received: `yesterday` is not a date; write it as `YYYY-MM-DD`" in ran.err
    assert repository.findings() == []


def test_on_a_terminal_an_answer_may_be_left_for_later(
    repository: Repository, types: Callable[[list[str]], None]
) -> None:
    repository.sop()
    types(["", "corrective", ""])
    ran = repository.run("new", "capa", "--title", "A", "--owner", "prrc")
    assert (ran.code, ran.out) == (0, "records/capa/CAPA-001-a.md\n")
    assert "action_kind: corrective after, preventive before the fact [corrective, preventive]\n> " in ran.err
    assert ran.err.endswith(
        "`procedure` is still open: the procedure it was made under\n"
        "`source` is still open: where the problem was seen\n"
    )
    assert [line.partition(" ")[2] for line in repository.findings()] == [
        "QD007 `procedure` is missing; type `capa` needs it from stage `open` on",
        "QD007 `source` is missing; type `capa` needs it from stage `open` on",
    ]


def test_what_happened_can_be_recorded_however_late(repository: Repository) -> None:
    repository.sop()
    said = ("aware_on=2026-01-05", "country=DE", "threat=other-serious", "procedure=SOP-001")
    flags = [part for each in said for part in ("--set", each)]
    ran = repository.run("new", "serious-incident", "--title", "Burn", "--owner", "prrc", *flags)
    assert (ran.code, ran.out) == (0, "records/serious-incident/INC-001-burn.md\n")
    assert ran.err.startswith("the report was due on 2026-01-20, 15 days after awareness (")
