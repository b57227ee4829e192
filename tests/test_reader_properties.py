"""Whatever the bytes of a document are: nothing raises, rules neither, and every place lies inside the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies

from conftest import CAPA, CAPA_PATH, SOP, SOP_PATH, TODAY
from qmsdoc.check import check
from qmsdoc.citation import CitationError, read_citations
from qmsdoc.config import Company, Config
from qmsdoc.document import read_document
from qmsdoc.frameworks import load_catalogs
from qmsdoc.markdown import read_body
from qmsdoc.outline import read_outline
from qmsdoc.places import Cursor, Places
from qmsdoc.project import Project
from qmsdoc.trust.people import People
from qmsdoc.types.registry import builtin

if TYPE_CHECKING:
    from qmsdoc.diagnostics import Location, Span

TYPES = builtin()
CATALOGS = load_catalogs({"ISO 13485": "2016", "MDR": "2017/745"})
ALWAYS_THE_SAME = settings(deadline=None, derandomize=True, database=None, max_examples=300)

# What decides how a document is read; more of it than letters comes together by chance.
MARKS = strategies.sampled_from(
    [
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\u2028",
        "\t",
        " ",
        "    ",
        "---\n",
        "\n---\n",
        "id: SOP-001\n",
        "type: capa\n",
        "type: sop\n",
        "title: x\n",
        "title:\n",
        "references: [",
        "]",
        ", ",
        "satisfies: [MDR Art. 10 @x]\n",
        "- ",
        "> ",
        "# ",
        "## Actions\n",
        "### x\n",
        "| Action | Due |\n|---|---|\n",
        "| x | soon |\n",
        "|",
        "*",
        "_",
        "`",
        "```\n",
        "[a](b.md)",
        "[a](#x)",
        "![](x.png)",
        "[^1]",
        "[^1]: x\n",
        "<b>",
        "<!--",
        "&amp;",
        "TBD",
        "{{ x }}",
        "a@b.de",
        "n/a (x)",
        "n/a",
        "None.",
        "é",
        "\U0001f600",
        "\u202e",
        "\u0301",
        "\0",
        "<<<<<<< a\n",
        "=======\n",
        ">>>>>>> b\n",
        "&x ",
        "*x",
        "!t ",
        "{a: b}",
        "'",
        '"',
        ": ",
        "|\n  x\n",
        "2026-02-30",
        "1e999",
    ]
)
TEXTS = strategies.lists(MARKS | strategies.text(max_size=4), max_size=30).map("".join)


@strategies.composite
def documents(draw: strategies.DrawFn) -> bytes:
    """Bytes of any kind, heaps of marks, and good documents with a part replaced by such a heap."""
    kind = draw(strategies.integers(0, 3))
    if kind == 0:
        return draw(strategies.binary(max_size=200))
    text = draw(TEXTS)
    if kind == 1:
        return f"---\n{text}".encode(errors="surrogatepass")
    good = draw(strategies.sampled_from([SOP, CAPA]))
    start = draw(strategies.integers(0, len(good)))
    end = draw(strategies.integers(start, min(len(good), start + 60)))
    return (good[:start] + text + good[end:]).encode(errors="surrogatepass")


def lines_of(raw: bytes) -> list[str]:
    return raw.decode(errors="replace").replace("\r\n", "\n").split("\n")


def assert_inside(place: Location, lines: list[str]) -> None:
    assert 1 <= place.line <= len(lines), place
    width = len(lines[place.line - 1])
    assert 1 <= place.column <= width + 1, (place, lines[place.line - 1])
    assert not place.end_column or place.column <= place.end_column <= width + 2, (place, lines[place.line - 1])


@given(documents(), strategies.sampled_from([SOP_PATH, CAPA_PATH, "sops/x.md"]))
@settings(ALWAYS_THE_SAME, max_examples=800)
def test_any_bytes_are_read_and_checked_and_every_place_lies_inside(raw: bytes, path: str) -> None:
    document, problems = read_document(path, raw, TYPES)
    project = Project(
        config=Config(Company("Test")),
        people=People(),
        catalogs=CATALOGS,
        types=TYPES,
        documents=[document] if document else [],
        unread=frozenset() if document else frozenset([path]),
    )
    findings = check(project, problems, TODAY)
    assert document or problems
    lines = lines_of(raw)
    for found in findings.diagnostics:
        if found.location.path == path:
            assert_inside(found.location, lines)


# Blanks of other kinds around a cell are content to Markdown and not to a reader.
CELLS = strategies.text(
    strategies.characters(
        exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"], exclude_characters="|\\`*_[]<>&~!^#:$"
    ),
    min_size=1,
    max_size=6,
)


@given(
    strategies.lists(strategies.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=4), strategies.data()
)
@settings(ALWAYS_THE_SAME)
def test_the_span_of_a_cell_is_its_text(rows: list[list[str]], data: strategies.DataObject) -> None:
    def line(cells: list[str]) -> str:
        gaps = [data.draw(strategies.sampled_from(["", " ", "   "])) for _ in range(2 * len(cells))]
        return "|" + "|".join(f"{gaps[2 * n]}{cell}{gaps[2 * n + 1]}" for n, cell in enumerate(cells)) + "|"

    text = "\n".join(["Täxt.", "", line(["Äction", "Due", "Done on"]), "|---|---|---|", *map(line, rows)]) + "\n"
    lines = text.split("\n")

    def shown(span: Span) -> str:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]

    for read in (read_body, read_outline):
        (table,) = read(text).tables
        assert [[cell.text for cell in row] for row in table.rows] == rows
        assert [[shown(cell.span) for cell in row] for row in table.rows] == rows


@given(TEXTS)
@settings(ALWAYS_THE_SAME, max_examples=600)
def test_the_fast_reader_reads_what_the_parser_reads(text: str) -> None:
    assert read_outline(text, 7) == read_body(text, 7)


@given(strategies.text("a\nböß\U0001f600 ", max_size=60), strategies.data())
@settings(ALWAYS_THE_SAME)
def test_places_are_those_that_counting_gives(text: str, data: strategies.DataObject) -> None:
    offsets = data.draw(strategies.lists(strategies.integers(0, len(text)), max_size=6))
    cursor, places = Cursor(text, 3), Places(text, 3)
    for at in offsets:  # in any order
        line, column = text.count("\n", 0, at) + 3, at - text.rfind("\n", 0, at)
        assert tuple(cursor.span(at, at))[:2] == (line, column)
        byte = len(text[:at].encode())
        assert tuple(places.span(byte, byte))[:2] == (line, column)


@pytest.mark.parametrize("letter", ["a", "é", "\U0001f600"])
def test_places_in_a_long_line(letter: str) -> None:
    """Beyond a block of 1,024 bytes, characters are counted by a table."""
    text = f"x\n{letter * 5000}\n{letter}"
    places, width = Places(text, 1), len(letter.encode())
    for at in (0, 1, 255, 1023, 1024, 1025, 4999, 5000):
        assert places.span(2 + at * width, 2 + 5000 * width) == (2, at + 1, 5001)
    assert places.span(3 + 5000 * width, 3 + 5001 * width) == (3, 1, 2)


@given(
    strategies.sampled_from(["MDR ", "ISO 13485 "]),
    strategies.lists(
        strategies.sampled_from(
            ["Art. ", "Annex ", "I ", "10", "4.2.4", "(9)", " d)", ".*", " @x", "-", " 5", "GSPR ", "XIV "]
        ),
        max_size=5,
    ).map("".join),
)
@settings(ALWAYS_THE_SAME, max_examples=1000)
def test_what_a_citation_is_written_as_reads_back_as_the_same(framework: str, rest: str) -> None:
    try:
        found = read_citations(framework + rest, CATALOGS)
    except CitationError:
        return
    for citation in found:
        assert read_citations(str(citation), CATALOGS) == (citation,)
