"""The fast reader gives what the parser gives: over real documents, and over a few thousand broken ones."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from qmsdoc import outline
from qmsdoc.markdown import Reader, read_body
from qmsdoc.outline import read_outline

ROOT = Path(__file__).parent.parent
CORPORA = ROOT.parent / "shared" / "corpora"
SEED = 20260301

# What decides how Markdown is read, to be thrown into documents and at each other.
PIECES = (
    *(
        "\n",
        "\n\n",
        "\n\n\n",
        " ",
        "  ",
        "    ",
        "  \n",
        "    \n",
        "\t",
        "\r",
        "\v",
        "\f",
        "\u00a0",
        "\u2028",
        "é",
        "a",
    ),
    *("# ", "## h\n", "#", "##\n", "# a | b\n", " # x\n", "- # x\n", "> ## y\n", "###### z ##\n", "#\tx\n"),
    *("```\n", "```py\n", "```", "~~~\n", "``", "`", "`a`", "`[a](b)`", "`|`"),
    *("[", "]", "(", ")", "](", "[a](b)", "![i](j.png)", "[a]", "[x]: /u\n", "[^1]", "[^1]: x\n", "[a](", '"t"'),
    *("[a](b c)", "[`a`](b)", "[*a*](b)", "[a](b_c*d)", "[a](<b>)", "[a]()", "[](b)", "<https://x.y>", "www.a.de"),
    *(
        "|",
        "||",
        "| a | b |\n",
        "|---|---|\n",
        "| :-: | -: |\n",
        "| | x |\n",
        "| [a](b) | c |\n",
        "| a | b |\n|---|---|\n",
    ),
    *("- ", "+ ", "* ", "1. ", "10) ", "- [ ] ", "> ", "> [!NOTE]\n", "---\n", "===\n", "***", "- - -\n", "-\n"),
    *("None.", "none\n", "None", "*", "_", "~~", "\\", "&amp;", "&", "<", "<b>", "< 5", "<!-- ", "!", "^", "^2"),
)


def documents() -> list[str]:
    """The documents of this repository and, where they are, of others."""
    folders = [ROOT / "sops", ROOT / "records", ROOT / "templates", ROOT / "docs", CORPORA]
    files = sorted(file for folder in folders if folder.is_dir() for file in folder.rglob("*.md"))
    texts = [file.read_text(encoding="utf-8", errors="replace") for file in files]
    assert texts
    return texts


def differs(text: str) -> bool:
    """Whether the two readers disagree, with or without tables."""
    expected = read_body(text, 7)
    return read_outline(text, 7) != expected or read_outline(text, 7, tables=False) != replace(expected, tables=())


def test_documents_are_read_as_the_parser_reads_them() -> None:
    assert not [text for text in documents() if differs(text)]


@pytest.mark.parametrize("part", range(4))
def test_broken_documents_are_read_as_the_parser_reads_them(part: int) -> None:
    chance = random.Random(SEED + part)
    texts = documents()
    for _ in range(600):
        text = chance.choice(texts)
        start = chance.randrange(len(text) + 1)
        text = text[start : start + 700]
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(PIECES) + text[at + chance.choice((0, 0, 1, 5)) :]
        assert not differs(text), text


@pytest.mark.parametrize("part", range(4))
def test_heaps_of_marks_are_read_as_the_parser_reads_them(part: int) -> None:
    chance = random.Random(SEED - 1 - part)
    for _ in range(1500):
        text = "".join(chance.choices(PIECES, k=chance.randint(1, 25)))
        assert not differs(text), text


def test_the_procedures_of_this_repository_need_no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    monkeypatch.setattr(Reader, "parse", lambda _, text, __: parsed.append(text))
    bodies = [file.read_text(encoding="utf-8").split("\n---\n", 1)[1] for file in (ROOT / "sops").rglob("*.md")]
    for body in bodies:
        outline.read_outline(body, tables=False)
    assert sum(map(len, parsed)) < 0.1 * sum(map(len, bodies))


@pytest.mark.parametrize(
    "body", ["## A\n\n>\n> None.\n", "## A\n\n> None.\n", "## A\n\n- \n  None.\n", "## A\n\n1.\n   None.\n"]
)
def test_nothing_is_said_in_a_quotation_too(body: str) -> None:
    assert read_outline(body) == read_body(body)
