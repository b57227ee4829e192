"""The torture page on the site and in the PDF: the same words in the same order."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

from conftest import TODAY
from handbooks import built, with_body
from pdfs import IMAGES, TORTURE, pages
from qmsdoc.lifecycle import latest, statuses
from qmsdoc.load import source
from qmsdoc.publish import release
from qmsdoc.publish.origin import Origin

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Repository

pytestmark = pytest.mark.pdf

# What only one of the two adds: bullets, list numbers, marks of links to headings, and where a dead link led.
_ADDED = re.compile(r"[•\N{EN DASH}‣¶]|(?<![\w.])\d+\.(?=\s)|\((?:javascript:alert\(1\)|sops/[^)]*)\)")
NOTES = ("The first remark.", "Second. With a paragraph and a list: n1 n2")


def letters(text: str) -> str:
    """A text without what layout adds: blanks, hyphens at line ends, list marks."""
    return re.sub(r"[\s\u00ad-]+", "", _ADDED.sub("", text))


def site_text(repository: Repository) -> str:
    """The words of the body in the built page."""
    page = (built(repository) / "documents" / "SOP-001.html").read_text(encoding="utf-8")
    article = page[page.index("<article") : page.index("</article>")]
    body = article[article.index("Steps follow") :]
    return html.unescape(re.sub(r"<[^>]*>", " ", body))


def pdf_text(repository: Repository, folder: Path) -> str:
    """The words of the body in the PDF, without headers and footers."""
    project = repository.load()
    status = latest(statuses(project, TODAY))["SOP-001"]
    outcome = release.single(project, repository.root, status, folder, today=TODAY, origin=Origin(), source=source)
    assert outcome.error == ""
    texts = [
        re.sub(r"^SOP-001 Torture Revision 1 · not in force ", "", page)
        for page in pages(folder / outcome.job.file)
    ]
    whole = " ".join(re.sub(r"State: draft Uncontrolled when printed.*$", "", text) for text in texts)
    return whole[whole.rindex("Steps follow") :]


def without_notes(text: str) -> str:
    """The letters of a text without its footnotes: the site and the PDF put them at different places."""
    plain = letters(text)
    for note in NOTES:
        plain = re.sub(rf"\d{re.escape(letters(note))}", "", plain)
    return plain


def test_page_and_pdf_hold_the_same_words(repository: Repository, tmp_path: Path) -> None:
    body = TORTURE.replace("(shape.png)", "(SOP-001/shape.png)").replace("<my shape.png>", "SOP-001/shape.png")
    repository.sop(with_body(body).replace("title: Control of documents", "title: Torture"))
    repository.write("sops/documents/SOP-001/shape.png", IMAGES["sops/quality/shape.png"])
    on_site, in_pdf = site_text(repository), pdf_text(repository, tmp_path)
    assert all(
        letters(on_site).count(letters(note)) == letters(in_pdf).count(letters(note)) == 1 for note in NOTES
    )
    until = letters("Hard break. inline.")
    assert without_notes(on_site).partition(until)[0] == without_notes(in_pdf).partition(until)[0]
