"""The Markdown reader: what it finds, and where."""

from __future__ import annotations

import pytest

from qmsdoc.diagnostics import Span
from qmsdoc.markdown import Cell, CodeBlock, Heading, Link, RawHtml, escape_html, read_body, slug


def test_headings_have_level_text_anchor_and_place() -> None:
    body = read_body("# A *b* `c`\n\nUnder\n-----\n\n- ### In a list\n", first_line=10)
    assert body.headings == (
        Heading(1, "A b c", "a-b-c", Span(10, 1, 12)),
        Heading(2, "Under", "under", Span(12, 1, 6)),
        Heading(3, "In a list", "in-a-list", Span(15, 3, 16)),
    )


def test_equal_headings_get_different_anchors() -> None:
    body = read_body("# Step\n# Step\n# Step 1\n# Step\n")
    assert [heading.anchor for heading in body.headings] == ["step", "step-1", "step-1-1", "step-2"]
    assert body.anchors == {"step", "step-1", "step-1-1", "step-2"}


@pytest.mark.parametrize(
    ("text", "anchor"),
    [("Time limits", "time-limits"), ("Was ist „QM“?", "was-ist-qm"), ("a_b - c", "a_b---c"), (" x ", "x")],
)
def test_anchors_are_those_of_github(text: str, anchor: str) -> None:
    assert slug(text) == anchor


def test_links_and_images_with_their_text() -> None:
    body = read_body(
        '§ see [the *SOP*](a.md#b) and ![flow](c.png "t")\n\n<https://example.org>\n\n[x]\n\n[x]: y.md\n'
    )
    assert body.links == (
        Link("a.md#b", "the SOP", Span(1, 7, 26)),
        Link("c.png", "flow", Span(1, 31, 49), image=True),
        Link("https://example.org", "https://example.org", Span(3, 1, 22)),
        Link("y.md", "x", Span(5, 1, 4)),
    )


def test_an_image_inside_a_link() -> None:
    assert [(link.target, link.text) for link in read_body("[a ![b](c) d](e)").links] == [
        ("c", "b"),
        ("e", "a b d"),
    ]


def test_a_table_knows_its_section_and_its_cells() -> None:
    (table,) = read_body("# A\n\n## B\n\n| One | Zwö |\n|---|---|\n| **x** | |\n| é | y |\n").tables
    assert table.section == 1
    assert table.header == (Cell("One", Span(5, 3, 6)), Cell("Zwö", Span(5, 9, 12)))
    assert table.rows[0] == (Cell("x", Span(7, 3, 8)), Cell("", Span(7, 10, 11)))
    assert table.rows[1][1] == Cell("y", Span(8, 7, 8))


def test_code_blocks_keep_language_text_and_place() -> None:
    body = read_body("```mermaid x\na\n  b\n```\n\n    indented\n")
    assert body.code == (
        CodeBlock("mermaid x", "a\n  b\n", Span(1, 1, 13)),
        CodeBlock("", "indented\n", Span(6, 5, 13)),
    )


def test_raw_html_is_reported_where_it_stands() -> None:
    body = read_body("a <br> b\n\n<div>\nx\n</div>\n")
    assert body.html[0] == RawHtml("<br>", Span(1, 3, 7))
    assert [piece.span.line for piece in body.html] == [1, 3, 4, 5]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("# A\n\nNone.\n", "nothing"),
        ("# A\n\nnone\n", "nothing"),
        ("# A\n\nNone.\n\nBut this.\n", "something"),
        ("# A\n\nThis.\n\nNone.\n", "something"),
        ("# A\n\nNone of it.\n", "something"),
        ("# A\n", "not a word"),
    ],
)
def test_a_section_that_says_nothing(text: str, says: str) -> None:
    body = read_body(text)
    assert (0 in body.nothing) == (says == "nothing")
    assert (0 in body.filled) == (says != "not a word")


@pytest.mark.parametrize(
    "text", ["a <b>c</b>", "<div>\n<script>x</script>\n</div>", "<!-- <b> --> <i>", "`<b>` < 5"]
)
def test_escaped_source_has_no_raw_html(text: str) -> None:
    escaped = escape_html(text)
    assert not [piece for piece in read_body(escaped).html if "<" in piece.text]
    assert escaped.replace("&lt;", "<") == text
