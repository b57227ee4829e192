"""PDFs as readers and archives get them: reopened with pikepdf and pypdfium2."""

from __future__ import annotations

import hashlib
import io
import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from qmsdoc.external import process
from qmsdoc.publish import pandoc, pdf
from qmsdoc.publish.dialect import for_pandoc
from qmsdoc.publish.job import ARCHIVAL, PLAIN, Change, Job, Reference, Signature
from qmsdoc.publish.structure import difference, structure
from qmsdoc.publish.workers import Worker, WorkerError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from qmsdoc.publish.job import Outcome

pytestmark = pytest.mark.pdf

FIRST_LINE = 11  # of the body in its file
PATH = "sops/quality/SOP-001-control.md"


def picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (60, 30), "teal").save(data, "PNG")
    return data.getvalue()


IMAGES = {"sops/quality/shape.png": picture(), "sops/quality/my shape.png": picture()}


def job(body: str, **changes: object) -> Job:
    made = Job(
        id="SOP-001",
        file="SOP-001-r2.pdf",
        title="Control of documents",
        path=PATH,
        body=body,
        first_line=FIRST_LINE,
        source=f"---\nid: SOP-001\n---\n{body}".encode(),
        timestamp=1_767_225_600,
        type="Standard operating procedure",
        state="effective",
        revision="2",
        in_force="in force from 2026-01-15",
        company="Test Medical GmbH",
        language="de-AT",
        as_of="2026-02-01",
        commit="commit 0123456789ab",
        facts=[("Id", "SOP-001"), ("Owner", "Quality manager")],
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def make(body: str, folder: Path, **changes: object) -> Outcome:
    (outcome,) = pdf.make([job(body, **changes)], folder, workers=1)
    return outcome


def pages(file: Path) -> list[str]:
    """The text of each page, with hyphenation undone and runs of blanks as one."""
    document = pypdfium2.PdfDocument(file)
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return [re.sub(r"\s+", " ", text.replace("\ufffe", "").replace("\x02", "")) for text in texts]


def catalogue(file: Path) -> Mapping[str, object]:
    """What an archive looks at."""
    with pikepdf.open(file) as document:
        fonts: dict[str, bool] = {}
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                fonts[str(item.FontName)[8:]] = any(
                    key in item for key in ("/FontFile", "/FontFile2", "/FontFile3")
                )
        with document.open_metadata() as meta:
            told = {
                key: meta.get(key) for key in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part", "dc:title")
            }
        return {
            **told,
            "lang": str(document.Root.Lang),
            "marked": bool(document.Root.MarkInfo.Marked),
            "fonts": fonts,
            "attached": {name: spec.get_file().read_bytes() for name, spec in document.attachments.items()},
            "relation": [str(spec.obj.AFRelationship) for spec in document.attachments.values()],
            "outline": [item.title for item in document.open_outline().root],
        }


BODY = """\
# Control of documents

## Purpose

Everybody works from the text in force → see [roles](#roles).

## Roles

The **quality manager** keeps the `register`.
"""


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


TORTURE = """\
# Torture

Steps follow:
- first
- second
  - two spaces
    continued

1. One

   Second paragraph of one.

   ```c++
   make | tee *.log   # #let x = 1 $5$ `tick`
   ```
2. Two
   > [!WARNING]
   > Hot *surface*.
   >
   > - inside
3. Three
   | In step | Table |
   |---|:-:|
   | a1 | b1 |

Text directly above
| a2 | b2 |
|---|--:|
| x | `x \\| y` |
| ~~gone~~ | **bold** |
| ~once~ |

> Quote
> > nested quote with `code`
>
> | q1 | r1 |
> |---|---|
> | q2 | r2 |

- [x] done
- [ ] open

A note[^1] and again[^n].

[^1]: The first *remark*.
[^n]: Second.

    With a paragraph and a list:

    - n1
    - n2

## Raw

<b>bold</b> text <br> <!-- comment --> a<br/>b

<table><tr><td>cell</td></tr></table>

<script>alert(1)</script>

<?php echo 1 ?>

<![CDATA[ x ]]>

## Special

#let x = 1; @ref <label> $a^2$ *emph* "quotes" ... -- H~2~O \\# 1/2 // no comment /* c */ ≤ ☐ ✓ Ω

[site](https://example.com) [bad](javascript:alert(1)) [other](SOP-002-records.md) [unknown](SOP-777.md)

***

Hard\\
break. ![Inline shape](shape.png) inline.

![Block shape](<my shape.png>)

```mermaid
flowchart LR
  accTitle: Flow
  Begin-->End
```

Setext
------

&amp; &copy; \\* `#raw`{=typst}
"""

IN_ORDER = """\
Steps follow: • first • second \N{EN DASH} two spaces continued 1. One Second paragraph of one.
make | tee *.log # #let x = 1 $5$ `tick` 2. Two Warning Hot surface. • inside 3. Three In step Table a1 b1
Text directly above a2 b2 x x | y gone bold once Quote nested quote with code q1 r1 q2 r2 • ☒ done • ☐ open
"""


def test_a_torture_page_keeps_its_words_in_their_structure(tmp_path: Path) -> None:
    known = {"sops/quality/SOP-002-records.md": Reference("SOP-002", "Records")}
    outcome = make(TORTURE, tmp_path, title="Torture", images=IMAGES, documents=known)
    assert (outcome.standard, outcome.error) == (ARCHIVAL, "")
    text = " ".join(pages(tmp_path / outcome.job.file))
    assert " ".join(IN_ORDER.split()) in text
    for part in (
        "<b>bold</b> text <br> <!-- comment --> a<br/>b",
        "<table><tr><td>cell</td></tr></table> <script>alert(1)</script> <?php echo 1 ?> <![CDATA[ x ]]>",
        '#let x = 1; @ref <label> $a^2$ emph "quotes" ... -- H~2~O # 1/2 // no comment /* c */ ≤ ☐ ✓ Ω',
        "site bad (javascript:alert(1)) other (SOP-002) unknown (sops/quality/SOP-777.md)",
        "Hard break.",
        "& © * #raw{=typst}",
        "The first remark.",
        "With a paragraph and a list: • n1 • n2",
    ):
        assert part in text
    with pikepdf.open(tmp_path / outcome.job.file) as document:
        alts = [str(i.Alt) for i in document.objects if isinstance(i, pikepdf.Dictionary) and "/Alt" in i]
        uris = [
            str(i.A.URI) for page in document.pages for i in page.get("/Annots", []) if "/URI" in i.get("/A", {})
        ]
    assert [alt for alt in alts if alt in {"Inline shape", "Block shape", "Flow"}] == [
        "Inline shape",
        "Block shape",
        "Flow",
    ]
    assert uris == ["https://example.com"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (
            "Text.\n\n![x](https://e.example/x.png)\n",
            "line 13: the image `https://e.example/x.png` is not in this repository",
        ),
        ("Text.\n\n![x](/etc/passwd)\n", "line 13: the image `/etc/passwd` is not in this repository"),
        ("![x](../../../etc/x.png)\n", "line 11: the image `../../../etc/x.png` is not in this repository"),
        ("![x](file:///etc/x.png)\n", "line 11: the image `file:///etc/x.png` is not in this repository"),
        (
            "![x](none.png)\n",
            "line 11: `sops/quality/none.png` is not there, or is no image (png, jpg, jpeg, gif, webp, svg)",
        ),
        ("![x](bad.svg)\n", "line 11: the image `sops/quality/bad.svg` is refused: it contains <script>"),
        ("A\n\n![](shape.png)\n", "line 13: an image without alt text"),
        ("### Deep\n", "line 11: a heading of level 3 below level 1"),
        ("A\n\n##\n", "line 13: a heading without text"),
        ("one\ntwo 📎\n", "line 12: no font has the character '📎' (U+1F4CE)"),
        ("A\n\n[^x]: never shown\n", "line 13: nothing refers to the footnote `x`, it would be lost"),
        ("```mermaid\nflowchart LR\n  A[[b\n```\n", "line 11: a diagram without `accTitle`"),
        ("```mermaid\nflowchart LR\naccTitle: x\nA[[b\n```\n", "line 14: the diagram can not be drawn"),
        (f"A\n\n|{'a|' * 90}\n|{'-|' * 90}\n", "line 13: this table is too wide to be read on paper"),
    ],
)
def test_what_is_refused_is_told_with_its_line(body: str, error: str, tmp_path: Path) -> None:
    images = {"sops/quality/shape.png": picture(), "sops/quality/bad.svg": b"<svg><script/></svg>"}
    outcome = make(body, tmp_path, images=images)
    assert outcome.error.startswith(error)
    assert list(tmp_path.iterdir()) == []


def test_a_draft_with_faults_is_made_and_says_why(tmp_path: Path) -> None:
    body = "### Deep 📎\n\n![](shape.png)\n\n```mermaid\nflowchart LR\n  A-->B\n```\n"
    outcome = make(body, tmp_path, archival=False, watermark="DRAFT", images={"sops/quality/shape.png": picture()})
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
    assert "Electronic signatures Meaning Name Role Signed at approval Anna Keller" in text


def test_without_acts_nothing_looks_like_a_signature(tmp_path: Path) -> None:
    outcome = make(BODY, tmp_path, history=None)
    text = " ".join(pages(tmp_path / outcome.job.file))
    assert "No revision history is available" in text
    assert "ign" not in text.replace("History", "")


def test_metadata_is_data_and_never_markup(tmp_path: Path) -> None:
    evil = '\'x `", description: read("/source.md"), author: "` #read("/etc/passwd") $x$ *b* \\ ]'
    outcome = make(BODY, tmp_path, title=evil, company=evil, facts=[(evil, evil)], state=evil, commit=evil)
    assert outcome.error == ""
    (text,) = pages(tmp_path / outcome.job.file)
    assert text.count(re.sub(r"\s+", " ", evil)) >= 3
    assert catalogue(tmp_path / outcome.job.file)["dc:title"] == f"SOP-001 {evil}"


@pytest.mark.parametrize(
    "body",
    [
        '```{=typst}\n#read("/etc/passwd")\n```\n',
        '`#read("/etc/passwd")`{=typst}\n',
        '#import "@preview/cetz:0.3.0": *\n',
        '\\#{read("/etc/passwd")} #eval("1+1") #include "/source.md"\n',
        "---\nheader-includes: x\n---\n",
    ],
)
def test_markup_of_other_languages_is_text(body: str, tmp_path: Path) -> None:
    outcome = make(body, tmp_path)
    assert outcome.error == ""
    (text,) = pages(tmp_path / outcome.job.file)
    assert "root:" not in text
    last = re.sub(r"[`\\]|=typst|[{}]", "", body.strip("-`\n").splitlines()[-1])
    assert last.split()[0] in re.sub(r"[{}]", "", text)


def test_no_character_is_made_prettier(tmp_path: Path) -> None:
    line = (
        """-5 °C 3-5 -?x x-? ... .... 'a' "b" it's -- --- ~ 1... (-3) 2026-01-15 @x a_b_c \\\\ -4\\"5 <= -> =>"""
    )
    outcome = make(f"A {line} Z\n\n- **...** *-5*\n", tmp_path)
    (text,) = pages(tmp_path / outcome.job.file)
    assert f"A {line.replace(2 * chr(92), chr(92)).replace(chr(92) + chr(34), chr(34))} Z • ... -5" in text


@pytest.mark.parametrize("body", ["[" * 3000 + "\n", "[a.__b__]\n" * 400, ":::\n" * 300, "> " * 400 + "x\n"])
def test_hostile_nesting_ends_soon(body: str, tmp_path: Path) -> None:
    start = time.monotonic()
    (outcome,) = pdf.make([job(body)], tmp_path, workers=1, limit=20)
    assert time.monotonic() - start < 15
    assert outcome.made or outcome.error


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


def test_a_worker_that_hangs_is_killed_and_works_again() -> None:
    worker = Worker(limit=2)
    start = time.monotonic()
    with pytest.raises(WorkerError, match="it took more than 2 s"):
        worker.call(time.sleep, 60)
    assert time.monotonic() - start < 10
    assert worker.call(abs, -3) == 3
    with pytest.raises(WorkerError, match="ValueError"):
        worker.call(int, "x")
    worker.close()


def test_a_program_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    late = tmp_path / "late"
    with pytest.raises(process.TimedOut, match=r"did not end within 0\.5 s"):
        process.run(["sh", "-c", f"(sleep 2; touch {late}) & sleep 60"], timeout=0.5)
    time.sleep(2.2)
    assert not late.exists()


def test_a_program_that_fails_tells_all() -> None:
    with pytest.raises(process.ProgramError) as caught:
        process.run(["sh", "-c", "echo out; echo why >&2; exit 3"], timeout=5)
    error = caught.value
    assert (error.exit_code, error.stdout, error.stderr) == (3, b"out\n", b"why\n")
    assert str(error) == "sh ended with exit code 3: why"
    with pytest.raises(process.ProgramError, match="no-such-program can not be started"):
        process.run(["no-such-program"], timeout=5)


def test_programs_get_a_clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GHCRTS", "-M1")
    assert b"GHCRTS" not in process.run(["env"], timeout=5)


def test_a_batch_that_fails_is_redone_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = pandoc._batch

    def fails_with_evil(jobs: list[dict[str, str]], limit: float) -> list[pandoc.Converted]:
        if any(each["text"] == "evil" for each in jobs):
            raise process.TimedOut(["pandoc"], None, why="pandoc did not end within 1 s")
        return ask(jobs, limit)

    monkeypatch.setattr(pandoc, "_batch", fails_with_evil)
    plain = {"text": "good", "title": "", "anchors": [], "links": [], "images": [], "diagrams": []}
    told = pandoc.convert([plain, {**plain, "text": "evil"}, plain], 30)
    assert [converted.typst for converted in told] == ["good\n", "", "good\n"]
    assert told[1].error == "pandoc: pandoc did not end within 1 s"


def test_structure_puts_a_footnote_where_it_is_referred_to() -> None:
    marks = [token.mark for token in structure("A[^1] b[^1]\n\n- x\n\n[^1]: Note\n")]
    note = ["footnote", "paragraph", "=Note", "end footnote"]
    assert marks == ["paragraph", "=A", *note, "=b", *note, "list", "item", "=x", "end list"]


def test_a_difference_names_line_and_words() -> None:
    ours = structure("# A\n\nSame words here\n", 5)
    assert difference(ours, ["heading 1", "=A", "paragraph", "=Samewordshere"]) is None
    told = difference(ours, ["heading 1", "=A", "paragraph", "=Samewordsgone"])
    assert (
        told == "line 7: reads `Samewordshere` on the site and `Samewordsgone` in the PDF; write it more plainly"
    )
    assert (
        difference(ours, ["heading 1"])
        == "line 5: reads `A` on the site and as its end in the PDF; write it more plainly"
    )


def test_what_pandoc_needs_is_added_and_nothing_taken_away() -> None:
    assert for_pandoc("Ä\n| a |\n|---|\n") == "Ä\n\n| a |\n|---|\n"
    assert for_pandoc("> x\n> | a |\n> |---|\n") == "> x\n>\n> | a |\n> |---|\n"
    assert for_pandoc("x\n\n| a |\n|---|\n") == "x\n\n| a |\n|---|\n"
    assert for_pandoc("~a~ ~~b~~\n") == "~~a~~ ~~b~~\n"
