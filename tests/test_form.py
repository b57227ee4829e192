"""`qmsdoc form`: every form as a blank sheet; PDFs are made, opened and read again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pikepdf
import pytest

from conftest import TODAY
from pdfs import catalogue, pages
from qmsdoc.drafting.paper import paper
from qmsdoc.lifecycle import latest, statuses
from qmsdoc.publish.blank_form import blank_form, sheet_name
from qmsdoc.trust.act import Meaning
from qmsdoc.types import registry
from qmsdoc.types.base import heading_of

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Model, Repository

pytestmark = pytest.mark.pdf

FORM = """\
---
id: FRM-001
type: form
title: Complaint <form> & *more*
revision: 1
owner: prrc
makes: complaint
references: [SOP-001]
---

# {{ title }}

## Description

> Guidance: what happened, #strong[not] $x$
> to whom.

## Hints

{% for section in sections %}
## {{ section }}
{% endfor %}
"""


def text_of(pdf: Path) -> str:
    """The words of a PDF, a blank between each."""
    return " ".join(pages(pdf)).replace("\u200b", "")


def test_a_blank_sheet_holds_all_that_the_type_asks_for(repository: Repository) -> None:
    """Fields by stage with boxes to tick, sections with guidance; text is shown letter by letter."""
    repository.sop()
    repository.write("templates/FRM-001-complaint.md", FORM)
    ran = repository.run("form", "complaint", "--output", repository.root / "out")
    assert ran.code == 0, ran.err
    assert ran.lines == [str(repository.root / "out/FRM-001-r1-DRAFT-blank.pdf")]
    text = text_of(repository.root / "out/FRM-001-r1-DRAFT-blank.pdf")
    assert "Complaint <form> & *more*" in text
    assert "Number given when it is taken in CMP- Under SOP-001 Control of documents" in text
    assert "For stage “open” Title the title readers see" in text
    assert "Received day the message reached the organisation or its partner (YYYY-MM-DD)" in text
    assert re.search(r"For stage “assessed” Assessed on .* Reportable whether it is reportable .* yes no", text)
    assert "Hints" in text
    assert "Description What happened, #strong[not] $x$ to whom." in text
    assert "Written by Day Signature" in text
    assert "Revision 1 · not in force" in text
    assert "Page 1 of 3" in text
    assert "DRAFT" in text


def test_a_form_in_force_has_no_watermark(repository: Repository) -> None:
    repository.sop()
    repository.write(
        "templates/FRM-001-complaint.md",
        FORM.replace("owner: prrc\n", "owner: prrc\neffective_from: 2026-02-02\n"),
    )
    project = repository.load([repository.act(Meaning.APPROVAL, "2026-02-01", "FRM-001")])
    status = latest(statuses(project, TODAY))["FRM-001"]
    assert sheet_name(status) == "FRM-001-r1-blank.pdf"
    sheet = repository.root / "sheet.pdf"
    sheet.write_bytes(blank_form(status, registry.builtin()["complaint"], FORM, project, TODAY))
    text = text_of(sheet)
    assert "Revision 1 · in force from 2026-02-02" in text
    assert "DRAFT" not in text


def test_every_form_of_the_model_can_be_printed(model: Model) -> None:
    """Each is an archival, accessible PDF, dated with the day, and the same when it is made again."""
    ran = model.run("form", "--output", model.root / "out")
    forms = model.load().by_type["form"]
    assert ran.code == 0, ran.err
    assert len(ran.lines) == len(forms) >= 59
    for form in forms:
        (sheet,) = (model.root / "out").glob(f"{form.id}-*.pdf")
        told = catalogue(sheet)
        assert (told["pdfaid:part"], told["pdfaid:conformance"], told["pdfuaid:part"]) == ("3", "A", "1")
        assert all(told["fonts"].values())
        with pikepdf.open(sheet) as pdf:
            assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261123000000")
    again = model.run("form", "complaint", "FRM-011", "--output", model.root / "again")
    assert [line.rpartition("/")[2][:7] for line in again.lines] == ["FRM-006", "FRM-011"]
    for line in again.lines:
        name = line.rpartition("/")[2]
        assert (model.root / "again" / name).read_bytes() == (model.root / "out" / name).read_bytes()


@pytest.mark.parametrize("document_type", registry.builtin().values(), ids=lambda found: found.name)
def test_nothing_that_a_stage_needs_is_absent_from_the_paper(document_type: object) -> None:
    """Each key that is needed, each section and each table of a type; what the office gives is left out."""
    sheet = paper(document_type, "# {{ title }}\n")  # type: ignore[arg-type]
    labels = {line.label for group in sheet.groups for line in group.lines}
    needed = {*document_type.since, *document_type.conditional}  # type: ignore[attr-defined]
    by_office = {"id", "type", "revision", "owner", "satisfies", "applies_to", "training"}
    if document_type.refers.get("procedure") == "document":  # type: ignore[attr-defined]
        by_office.add("procedure")
    assert {heading_of(key) for key in needed - by_office} <= labels
    headings = {part.heading for part in sheet.parts}
    assert headings == {
        *(section.heading for section in document_type.sections),  # type: ignore[attr-defined]
        *(table.heading for table in document_type.tables),  # type: ignore[attr-defined]
    }


def test_what_no_form_makes(repository: Repository) -> None:
    repository.sop()
    ran = repository.run("form", "complaint")
    assert (ran.code, ran.err) == (2, "qmsdoc: there is no form here\n  help: forms lie in templates/\n")
    repository.write("templates/FRM-001-complaint.md", FORM)
    ran = repository.run("form", "complant")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "qmsdoc: no form is called `complant`, or makes it\n  help: did you mean `complaint`?\n"
