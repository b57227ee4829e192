"""The words of a document in its PDF: the same, in the same structure, or refused with a line."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pikepdf
import pytest

from pdfs import BODY, IMAGES, TORTURE, catalogue, job, make, pages
from qmsdoc.publish import pdf
from qmsdoc.publish.dialect import for_pandoc
from qmsdoc.publish.job import ARCHIVAL, Reference
from qmsdoc.publish.structure import difference, structure

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.pdf


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
    images = {**IMAGES, "sops/quality/bad.svg": b"<svg><script/></svg>"}
    outcome = make(body, tmp_path, images=images)
    assert outcome.error.startswith(error)
    assert list(tmp_path.iterdir()) == []


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
    line = """-5 °C 3-5 -?x x-? ... .... 'a' "b" it's -- --- ~ 1... (-3) 2026-01-15 @x a_c \\\\ -4\\"5 <= -> =>"""
    outcome = make(f"A {line} Z\n\n- **...** *-5*\n", tmp_path)
    (text,) = pages(tmp_path / outcome.job.file)
    assert f"A {line.replace(2 * chr(92), chr(92)).replace(chr(92) + chr(34), chr(34))} Z • ... -5" in text


@pytest.mark.parametrize("body", ["[" * 3000 + "\n", "[a.__b__]\n" * 400, ":::\n" * 300, "> " * 400 + "x\n"])
def test_hostile_nesting_ends_soon(body: str, tmp_path: Path) -> None:
    start = time.monotonic()
    (outcome,) = pdf.make([job(body)], tmp_path, workers=1, limit=20)
    assert time.monotonic() - start < 15
    assert outcome.made or outcome.error


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
