"""Mermaid to SVG: alt text, refusals with their line, and nothing in the picture that could run or fetch."""

from __future__ import annotations

import re

import pytest

from qmsdoc import diagrams, svg
from qmsdoc.diagrams import DiagramError, render

FLOW = """\
flowchart LR
  accTitle: Flow of a CAPA
  accDescr: From intake to closure
  A[Intake] -->|yes| B{Cause?}
"""


def test_title_description_and_labels() -> None:
    drawn = render(FLOW)
    assert (drawn.title, drawn.description) == ("Flow of a CAPA", "From intake to closure")
    assert drawn.alt == "Flow of a CAPA: From intake to closure"
    assert re.findall(r">([^<>]+)</text>", drawn.svg) == ["yes", "Intake", "Cause?"]
    assert svg.fault(drawn.svg) is None


def test_a_description_over_several_lines() -> None:
    source = "flowchart LR\n  accTitle: T\n  accDescr {\n    one\n    two\n  }\n  A --> B\n"
    assert render(source).alt == "T: one two"


@pytest.mark.parametrize(
    ("source", "alt"),
    [
        ("flowchart LR\n  A --> B\n", "Diagram (flowchart)"),
        ("%% comment\nsequenceDiagram\n  A->>B: hi\n", "Diagram (sequenceDiagram)"),
        ("---\ntitle: Handover\n---\nflowchart LR\n  A --> B\n", "Handover"),
        ('pie title Complaints\n  "open" : 3\n', "Diagram (pie)"),
    ],
)
def test_the_alt_text_falls_back_to_title_or_kind(source: str, alt: str) -> None:
    assert render(source).alt == alt


def test_two_diagrams_share_no_id() -> None:
    first, second = render(FLOW).svg, render(FLOW.replace("Intake", "Start")).svg
    ids = [set(re.findall(r'(?<![\w-])id="([^"]+)"', drawn)) for drawn in (first, second)]
    assert ids[0]
    assert not ids[0] & ids[1]
    assert render(FLOW).svg == first


def test_a_gantt_chart_has_no_line_for_today() -> None:
    source = (
        "gantt\n  todayMarker stroke:red\n  dateFormat YYYY-MM-DD\n  section A\n  Work :a1, 2020-01-01, 9000d\n"
    )
    assert 'class="today"' not in render(source).svg


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("flowchart LR\n  A --> B\n  B --> C[[open\n  C --> D\n", 3, "Unterminated node label"),
        ("nonsense\n", 1, "No Mermaid diagram type detected"),
        ('flowchart LR\n  A --> B\n  click A "https://evil.example"\n', 3, "a link in a diagram is not drawn"),
        ("flowchart LR\n  A[x<img src='y'>] --> B\n", 2, "HTML in a label is not drawn"),
        ("flowchart LR\n  A[<script>alert(1)</script>] --> B\n", 2, "HTML in a label is not drawn"),
        ("flowchart LR\n" + "%" * 60_000, 1, "the diagram has 60013 characters"),
    ],
)
def test_what_can_not_be_drawn_is_told_with_its_line(source: str, line: int, message: str) -> None:
    with pytest.raises(DiagramError, match=message) as caught:
        render(source)
    assert caught.value.line == line


def test_line_breaks_and_arrows_are_no_html() -> None:
    drawn = render("flowchart LR\n  A[one<br/>two] <--> B\n")
    assert re.findall(r">([^<>]+)</t", drawn.svg)[:2] == ["one", "two"]


def test_without_the_renderer_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "mmdr", None)
    with pytest.raises(diagrams.MissingRenderer, match="mmdr is not installed"):
        render("flowchart LR\n  never --> drawn\n")


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ("<script>1</script>", "it contains <script>"),
        ("<foreignObject/>", "it contains <foreignobject>"),
        ('<a href="#x"/>', "it contains <a>"),
        ("<animateMotion/>", "it contains <animatemotion>"),
        ('<g onload="x()"/>', "it runs something by `onload`"),
        ('<image href="https://e.example/x.png"/>', "it refers to `https://e.example/x.png`"),
        ('<image href="../../etc/x.png"/>', "it refers to `../../etc/x.png`"),
        ("<style>@import 'x';</style>", "its style fetches something"),
        ('<g style="fill:url( http://e.example)"/>', "its `style` fetches something"),
        ("<g>", "it is not well-formed: mismatched tag: line 1, column 45"),
        ('<image href="data:image/png;base64,AA=="/><g fill="url(#x)"/>', None),
    ],
)
def test_an_svg_that_is_more_than_a_picture(inside: str, why: str | None) -> None:
    assert svg.fault(f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>') == why


def test_entities_are_refused_before_they_are_read() -> None:
    assert svg.fault('<!DOCTYPE svg [<!ENTITY a "b">]><svg/>') == "it declares a document type or entities"
