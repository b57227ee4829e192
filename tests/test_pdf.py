"""PDFs as readers and archives get them: reopened with pikepdf and pypdfium2."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pypdfium2
import pytest

from pdfs import BODY, IMAGES, TORTURE, catalogue, job, make, pages
from qmsdoc.publish import pdf
from qmsdoc.publish.job import ARCHIVAL, PLAIN, Change, Reference, Signature

pytestmark = pytest.mark.pdf


def test_what_an_archive_asks_for(tmp_path: Path) -> None:
    outcome = make(BODY, tmp_path)
    assert (outcome.standard, outcome.reasons, outcome.error) == (ARCHIVAL, [], "")
    found = catalogue(tmp_path / "SOP-001-r2.pdf")
    assert found["pdfaid:part"] == "3"
    assert found["pdfaid:conformance"] == "A"
    assert found["pdfuaid:part"] == "1"
    assert found["dc:title"] == "SOP-001 Control of documents"
    assert found["lang"] == "de-AT"
    assert found["marked"]
    assert found["fonts"] == dict.fromkeys(
        ["NotoSans-Regular", "NotoSans-Bold", "DejaVuSans", "DejaVuSansMono"], True
    )
    assert found["attached"] == {"SOP-001-control.md": job(BODY).source}
    assert found["relation"] == ["/Source"]
    assert found["outline"] == ["Control of documents"]


def test_header_and_footer_stand_on_every_page(tmp_path: Path) -> None:
    rows = "\n".join(f"| {n} | step {n} |" for n in range(150))
    outcome = make(f"{BODY}\n| No. | What |\n|--:|---|\n{rows}\n", tmp_path)
    texts = pages(tmp_path / outcome.job.file)
    assert len(texts) == 4
    for number, text in enumerate(texts, 1):
        head = "SOP-001 Control of documents Revision 2 · in force from 2026-01-15"
        assert text.startswith(head)
        for part in ("Uncontrolled when printed", f"Page {number} of 4", "State: effective", "Test Medical GmbH"):
            assert part in text
        assert "commit 0123456789ab" in text
        assert "As of 2026-02-01" in text
        assert "DRAFT" not in text
        if number > 1:
            assert text.count("No. What") == 1  # the header row of the table again
    assert re.findall(r"step (\d+)", " ".join(texts)) == [str(n) for n in range(150)]


def test_nothing_covers_the_footer(tmp_path: Path) -> None:
    outcome = make(TORTURE.replace("Table |", "▇▇▇▇▇ |"), tmp_path, title="Torture", images=IMAGES)
    document = pypdfium2.PdfDocument(tmp_path / outcome.job.file)
    for page in document:
        drawn = page.render(scale=2).to_pil().convert("L")
        width, height = drawn.size
        band = drawn.crop((0, int(height * 0.92), width, int(height * 0.97)))
        assert sum(band.histogram()[:160]) > 500  # dark pixels
    document.close()


def test_the_title_is_not_said_twice(tmp_path: Path) -> None:
    make(BODY, tmp_path)
    (text,) = pages(tmp_path / "SOP-001-r2.pdf")
    assert text.count("Control of documents") == 2  # header and title
    make(BODY.replace("# Control of documents", "# Another title"), tmp_path)
    (text,) = pages(tmp_path / "SOP-001-r2.pdf")
    assert text.count("Control of documents") == 2
    assert "Another title" in text


def test_a_draft_with_faults_is_made_and_says_why(tmp_path: Path) -> None:
    body = "### Deep 📎\n\n![](shape.png)\n\n```mermaid\nflowchart LR\n  A-->B\n```\n"
    outcome = make(body, tmp_path, archival=False, watermark="DRAFT", images=IMAGES)
    assert outcome.standard == PLAIN
    assert outcome.reasons == [
        "line 11: a heading of level 3 below level 1",
        "line 11: no font has the character '📎' (U+1F4CE)",
        "line 13: an image without alt text",
        "line 15: a diagram without `accTitle`",
    ]
    found = catalogue(tmp_path / outcome.job.file)
    assert (found["pdfaid:part"], found["pdfaid:conformance"]) == ("3", "B")
    (text,) = pages(tmp_path / outcome.job.file)
    assert "Deep ⟨U+1F4CE⟩" in text
    assert "DRAFT" in text


def test_history_references_and_signatures(tmp_path: Path) -> None:
    outcome = make(
        BODY,
        tmp_path,
        history=[Change("1", "2025-01-02", "Anna", "First issue"), Change("2", "2026-01-02", "Bob", "Telephone")],
        references=[Reference("SOP-002", "Records", "SOP-002-r1.pdf"), Reference("SOP-003", "")],
        signatures=[Signature("approval", "Anna Keller", "Quality manager", "2026-01-10 09:00:00+01:00")],
    )
    text = " ".join(pages(tmp_path / outcome.job.file))
    assert "References • SOP-002 Records • SOP-003" in text
    assert "1 2025-01-02 Anna First issue 2 2026-01-02 Bob Telephone" in text
    signed = "Electronic signatures approval Anna Keller, Quality manager Signed at 2026-01-10 09:00:00+01:00"
    assert signed in text


def test_without_acts_nothing_looks_like_a_signature(tmp_path: Path) -> None:
    outcome = make(BODY, tmp_path, history=None)
    text = " ".join(pages(tmp_path / outcome.job.file))
    assert "No revision history is available" in text
    assert "ign" not in text.replace("History", "")


def test_one_failure_does_not_stop_the_others(tmp_path: Path) -> None:
    jobs = [job(BODY, file="a.pdf"), job("### bad\n", file="b.pdf"), job(BODY, file="c.pdf")]
    seen: list[str] = []
    outcomes = pdf.make(jobs, tmp_path, workers=2, progress=lambda outcome: seen.append(outcome.job.file))
    assert [outcome.made for outcome in outcomes] == [True, False, True]
    assert sorted(seen) == ["a.pdf", "b.pdf", "c.pdf"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.pdf", "c.pdf"]


def test_the_same_bytes_whatever_the_folder_zone_and_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [job(TORTURE, file=f"{n}.pdf", images=IMAGES, title=f"Title {n}") for n in range(5)]
    hashes = []
    for zone, workers in (("Asia/Tokyo", 1), ("America/New_York", 3)):
        monkeypatch.setenv("TZ", zone)
        folder = tmp_path / zone
        folder.mkdir(parents=True)
        pdf.make(jobs, folder, workers=workers)
        hashes.append([hashlib.sha256((folder / f"{n}.pdf").read_bytes()).hexdigest() for n in range(5)])
    assert hashes[0] == hashes[1]
    assert len(set(hashes[0])) == 5


def test_glyph_data_is_in_step_with_the_fonts() -> None:
    script = Path(__file__).parent.parent / "scripts" / "build_glyphs.py"
    names: dict[str, object] = {"__name__": "glyphs", "__file__": str(script)}
    exec(compile(script.read_text(encoding="utf-8"), script, "exec"), names)
    assert names["build"]() == names["TARGET"].read_text(encoding="ascii")  # type: ignore[operator,attr-defined]
