"""The redline: nothing that differs goes unseen, and Word can accept or reject every change."""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import time
import zipfile
from base64 import b64encode
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from conftest import REPOSITORY, SOP, SOP_PATH, TODAY, Repository, run
from qmsdoc.lifecycle import statuses
from qmsdoc.redline import docx as word
from qmsdoc.redline import html, terminal
from qmsdoc.redline.compare import Change, Redline, compare
from qmsdoc.redline.comparison import Comparison, FileFact, Side, compare_sides
from qmsdoc.redline.display import Fold, folded
from qmsdoc.redline.sequences import matches
from qmsdoc.redline.sides import UnknownRevision, redline_of
from qmsdoc.trust.act import Meaning
from test_git import Clone
from test_hostile import limit

if TYPE_CHECKING:
    from pathlib import Path

COPY = f"approvals/SOP-001/r{{0}}/copy/{SOP_PATH}"
TIME = datetime(2026, 11, 23, 10, tzinfo=UTC)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

lines = st.sampled_from(
    [
        "",
        "---",
        "id: SOP-001",
        "title: Control",
        "revision: 2",
        "# Title",
        "## Scope of it",
        "Everybody works from the text in force.",
        "Nobody works from a copy.",
        "1. Write the text.",
        "   - Sign it, twice.",
        "| Role | Duty |",
        "|---|---|",
        "| Author | Writes \\| signs |",
        "```python",
        "    print('x')  ",
        "a\tb \u200b c\u00a0d \u202e e\r",
    ]
)
markdown = st.lists(lines, max_size=25).map("\n".join)
documents = st.one_of(markdown, markdown.map(lambda body: f"---\nid: SOP-001\ntitle: x\n---\n{body}"), st.text())


def comparison(old: str, new: str, **files: tuple[FileFact | None, FileFact | None]) -> Comparison:
    """Two texts, and files as before and after."""
    before = {name: fact for name, (fact, _) in files.items() if fact}
    after = {name: fact for name, (_, fact) in files.items() if fact}
    sides = (
        Side("revision 1, effective", old, "x.md", before),
        Side("working text, revision 2", new, "x.md", after),
    )
    return compare_sides("SOP-001", "Control of documents", *sides)


def body_of(old: str, new: str) -> list[str]:
    """What the terminal shows below the heading `Text`."""
    shown = terminal.render(comparison(old, new))
    return shown.split("\nText\n")[1].splitlines()


def rebuilt(redline: Redline, without: Change) -> str:
    blocks = (*redline.fields, *redline.body)
    return "".join(text for block in blocks for change, text in block.pieces if change is not without)


class TestCompare:
    @given(documents, documents)
    def test_both_texts_can_be_rebuilt(self, old: str, new: str) -> None:
        redline = compare(old, new)
        assert rebuilt(redline, Change.INSERTED) == old
        assert rebuilt(redline, Change.DELETED) == new
        assert redline.is_same == (old == new)

    @given(st.text("abc", max_size=20), st.text("abc", max_size=20))
    def test_matches_are_equal_items_in_order(self, old: str, new: str) -> None:
        found = matches(old, new)
        assert all(old[i] == new[j] for i, j in found)
        assert all(a.old < b.old and a.new < b.new for a, b in pairwise(found))

    def test_words_that_changed_are_told_from_words_that_stayed(self) -> None:
        (block,) = compare("The owner signs SOP-012 on paper.\n", "The owner signs SOP-013 on paper.\n").body
        assert block.pieces == (
            (Change.SAME, "The owner signs "),
            (Change.DELETED, "SOP-012"),
            (Change.INSERTED, "SOP-013"),
            (Change.SAME, " on paper.\n"),
        )

    def test_replaced_words_in_a_row_are_one_replacement(self) -> None:
        (block,) = compare("Keep it for ten long years here.\n", "Keep it for fifteen whole months here.\n").body
        changed = [piece for piece in block.pieces if piece.change is not Change.SAME]
        assert changed == [(Change.DELETED, "ten long years"), (Change.INSERTED, "fifteen whole months")]

    def test_a_field_that_moved_is_shown_as_deleted_and_inserted(self) -> None:
        redline = compare("---\na: 1\nb: 2\n---\n", "---\nb: 2\na: 1\n---\n")
        changed = [(field.name, field.change) for field in redline.fields if not field.is_same]
        assert sorted(changed, key=str) == [("a", Change.DELETED), ("a", Change.INSERTED)] or [
            name for name, _ in changed
        ] == ["b", "b"]

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            pytest.param(["a", "b"], ["a", "b"], id="two lines in random order"),
            pytest.param(["", "x"], ["", "y"], id="blank lines"),
            pytest.param(["| a | b |"], ["| a | c |"], id="rows"),
            pytest.param([f"word{i}" for i in range(9999)], [f"word{i}" for i in range(9999)], id="shuffled"),
            pytest.param(["a b c d " * 9], ["b a d c " * 9], id="common words"),
        ],
    )
    def test_time_grows_with_length_not_with_its_square(self, old: list[str], new: list[str]) -> None:
        dice = random.Random(7)

        def seconds(count: int) -> float:
            texts = ["\n".join(dice.choice(side) for _ in range(count)) for side in (old, new)]
            start = time.process_time()
            compare(*texts)
            return time.process_time() - start

        with limit(60):
            seconds(500)  # warm
            small, large = min(seconds(2_000) for _ in range(3)), seconds(16_000)
        assert large < 40 * small + 0.2  # linear is 8, quadratic 64

    def test_a_paragraph_of_many_words_does_not_hang(self) -> None:
        dice = random.Random(7)
        with limit(30):
            redline = compare(*(" ".join(dice.choices("abcdef", k=100_000)) for _ in range(2)))
        assert not redline.is_same

    def test_a_document_of_5000_lines_with_edits_all_over_is_compared_in_words(self) -> None:
        old = "".join(f"## Part {i}\n\nThe owner of part {i} keeps it.\n\n| a{i} | b |\n\n" for i in range(850))
        with limit(20):
            redline = compare(old, old.replace("keeps", "reads"))
        changed = [block for block in redline.body if not block.is_same]
        assert len(changed) == 850
        assert {block.pieces[1:3] for block in changed} == {
            ((Change.DELETED, "keeps"), (Change.INSERTED, "reads"))
        }


class TestTerminal:
    def test_the_whole_output(self) -> None:
        old = SOP
        new = (
            SOP.replace("revision: 1", "revision: 2")
            .replace("training: read", "training: read\nlanguage: de")
            .replace("Everybody works from the text in force.", "Everybody works only from the text in force.")
            .replace("1. Write.\n", "1. Write.\n2. Review by a second person.\n")
            .replace("2. Approve.", "3. Approve.")
        )
        image = FileFact("a" * 64, 10), FileFact("b" * 64, 12)
        assert (
            terminal.render(comparison(old, new, **{"flow.png": image}))
            == f"""\
SOP-001 Control of documents
  from  revision 1, effective  sha256:{hashlib.sha256(old.encode()).hexdigest()}
  to    working text, revision 2  sha256:{hashlib.sha256(new.encode()).hexdigest()}

Files
~ flow.png changed
    [-sha256:{"a" * 64}  10 bytes-]
    {{+sha256:{"b" * 64}  12 bytes+}}

Fields
~ revision  [-1-]{{+2+}}
+ language  {{+de+}}

Text

  # Control of documents

  ## Purpose and scope

~ Everybody works {{+only +}}from the text in force.

  ## Roles
  … 5 lines unchanged … · Procedure
  1. Write.
+ {{+2. Review by a second person.+}}
~ [-2-]{{+3+}}. Approve.

  ## Records

  The register.
"""
        )

    def test_colours_take_the_place_of_marks(self) -> None:
        shown = terminal.render(comparison("Sign here.\n", "Sign there.\n"), color=True)
        assert "~ Sign \x1b[31;9mhere\x1b[0m\x1b[32;4mthere\x1b[0m." in shown.splitlines()

    def test_equal_texts_are_said_to_be_equal(self) -> None:
        assert terminal.render(comparison(SOP, SOP)).splitlines()[3:] == ["", "no difference"]

    @pytest.mark.parametrize(
        ("old", "new", "shown"),
        [
            ("a b\n", "a  b\n", "~ a[-␣-]{+␣␣+}b"),
            ("a b\n", "a\tb\n", "~ a[-␣-]{+⇥+}b"),
            ("a b\n", "a b \n", "~ a b{+␣+}"),
            ("a b\n", "a\u200b b\n", "~ a{+⟨U+200B⟩+} b"),
            ("a b\n", "a\u00a0b\n", "~ a[-␣-]{+⟨U+00A0⟩+}b"),
            ("a b\n", "a \u202eb\n", "~ a {+⟨U+202E⟩+}b"),
            ("a b\n", "a b\r\n", "~ a b{+⟨U+000D⟩+}"),
            ("a b\n", "a b", "~ a b[-↵-]"),
            ("a b\nc d\n", "a b c d\n", "~ a b[-↵-]"),
            ("in a café here\n", "in a cafe\u0301 here\n", "~ in a [-café-]{+cafe⟨U+0301⟩+} here"),
            ("```\n  a b\n```\n", "```\n    a b\n```\n", "~ [-␣␣-]{+␣␣␣␣+}a b"),
            ("a b\n", "a b\n\n", "+ {+↵+}"),
            ("a", "b", "+ {+b⟨no line end⟩+}"),
        ],
    )
    def test_what_cannot_be_seen_is_shown(self, old: str, new: str, shown: str) -> None:
        assert shown in body_of(old, new)

    @given(documents, documents)
    def test_a_difference_never_goes_unseen_and_nothing_acts_on_the_terminal(self, old: str, new: str) -> None:
        shown = terminal.render(comparison(old, new))
        changed_lines = [line for line in shown.splitlines() if line[:2] in {"~ ", "- ", "+ "}]
        assert bool(changed_lines) == (old != new)
        assert all("[-" in line or "{+" in line for line in changed_lines if line[0] != "~")
        assert not re.search(
            "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]", shown
        )

    def test_unchanged_text_is_folded_with_the_section_in_which_the_next_change_stands(self) -> None:
        old = "# SOP\n\n## Scope\n\nA.\n\n## Steps\n\n### Write\n\nOne.\n\nTwo.\n\nThree.\n\nFour of them.\n"
        parts = list(folded(compare(old, old.replace("Four of", "Five of")).body))
        assert isinstance(parts[0], Fold)
        assert parts[0].label == "… 14 lines unchanged … · Steps > Write"
        assert [block.new for block in parts[1:] if not isinstance(block, Fold)][-1] == "Five of them.\n"

    def test_a_front_matter_without_fields_is_not_hidden(self) -> None:
        assert terminal.render(comparison("", "---\n---\n")).splitlines()[4:] == [
            "Fields",
            "+   {+---+}",
            "+   {+---+}",
        ]

    def test_a_table_keeps_its_head_however_long_it_is(self) -> None:
        old = "| Role | Duty |\n|---|---|\n" + "".join(f"| role {i} | does {i} |\n" for i in range(40))
        assert body_of(old, old.replace("does 30", "reads 30"))[:2] == ["  | Role | Duty |", "  |---|---|"]


class _Reader(HTMLParser):
    """Collects the elements of a page and the text in each."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.texts.append((next((tag for tag in reversed(self.open) if tag in {"ins", "del"}), ""), data))


class TestHtml:
    def test_the_page_stands_alone(self) -> None:
        page = html.render(comparison(SOP, SOP.replace("revision: 1", "revision: 2").replace("text", "word")))
        style = re.search("<style>(.*)</style>", page, re.DOTALL)
        assert style
        allowed = b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
        assert f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'" in page
        reader = _Reader(page)
        assert not reader.tags & {"script", "link", "img", "iframe", "object", "a", "form"}
        assert not reader.attributes & {"src", "href", "style", "onload", "onclick"}
        assert "url(" not in style[1]

    def test_fields_are_shown_before_and_after(self) -> None:
        page = html.render(comparison(SOP, SOP.replace("revision: 1", "revision: 2")))
        assert (
            "<tr><th scope=row>revision</th><td><del><span class=said>deleted: </span>1</del></td>"
            "<td><ins><span class=said>inserted: </span>2</ins></td></tr>"
        ) in page

    def test_a_row_is_shown_in_cells_and_as_written_where_its_borders_changed(self) -> None:
        table = "| Role | Duty |\n|---|---|\n| Author | Writes it |\n| Owner | Signs it |\n"
        page = html.render(
            comparison(table, table.replace("Writes", "Reads").replace("Signs it |", "Signs | it |"))
        )
        assert "<th dir=auto>Role</th><th dir=auto>Duty</th>" in page
        assert "<td dir=auto>Author</td><td dir=auto><del>" in page
        assert '<td class=line colspan="2">| Owner | Signs <ins>' in page

    @pytest.mark.parametrize(
        "evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style>&lt;b>"]
    )
    def test_markup_of_a_document_is_text(self, evil: str) -> None:
        old, new = (
            f"{SOP}\n{evil}\n",
            f"{SOP.replace('owner:', f'{evil}: x{chr(10)}owner:')}\n| {evil} x | {evil} |\n",
        )
        fact = FileFact("a" * 64, 1)
        sides = Side(evil, old, evil, {evil: fact}, evil), Side(evil, new, evil, {}, evil)
        reader = _Reader(html.render(compare_sides(evil, evil, *sides)))
        assert not reader.tags & {"script", "img", "b"}
        assert not reader.attributes & {"onerror", "src"}
        assert evil in "".join(text for _, text in reader.texts)

    @given(documents, documents)
    def test_a_difference_never_goes_unseen(self, old: str, new: str) -> None:
        page = html.render(comparison(old, new))
        reader = _Reader(page)
        said = {"inserted: ", "deleted: ", "struck out", "underlined"}
        marked = [text for tag, text in reader.texts if tag and text not in said]
        assert bool(marked) == (old != new)
        assert not re.search(
            "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]", page
        )

    def test_what_did_not_change_can_be_opened(self) -> None:
        old = "".join(f"Line {i}.\n\n" for i in range(30))
        page = html.render(comparison(old, old.replace("Line 20.", "Line twenty.")))
        assert "<details><summary>… 38 lines unchanged …</summary>" in page
        assert "Line 3." in page


def settled(data: bytes, gone: str) -> list[str]:
    """The lines of a Word file when all changes are accepted (`del` is gone) or rejected (`ins`)."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    for path in (f"trPr/{W}{gone}", f"pPr/{W}rPr/{W}{gone}"):
        for mark in root.iterfind(f".//{W}{path}"):
            holder = next(mark.iterancestors(f"{W}tr" if "trPr" in path else f"{W}p"))
            if holder.getparent() is not None:
                holder.getparent().remove(holder)
    for change in list(root.iter(f"{W}{gone}")):
        change.getparent().remove(change)
    found = []
    for paragraph in root.iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val")
        if style not in {"Title", "Part", "Note", "Gap"}:
            said = paragraph.iter(f"{W}t", f"{W}delText", f"{W}br")
            found += "".join(part.text or "\n" for part in said).split("\n")
    return found


def words(source: list[str]) -> list[str]:
    """Words without the borders of tables."""
    return [word for word in " ".join(source).replace("|", " ").replace(":", " ").split() if word.strip("-")]


class TestWord:
    def test_accepting_gives_the_new_text_and_rejecting_the_old(self) -> None:
        old = "# Title\n\nThe owner signs it.\nTwice.\n\nGone.\n\n- one\n- two\n\n```\n  code  x\n```\n"
        new = (
            "# Title\n\nThe owner reads it.\nTwice.\n\n- one\n- two and a half\n- three\n\n```\n    code  x\n```\n"
        )
        data = word.render(comparison(old, new), "Anna", TIME)
        assert [line for line in settled(data, "del") if line] == [line for line in new.split("\n") if line]
        assert [line for line in settled(data, "ins") if line] == [line for line in old.split("\n") if line]

    @given(markdown, markdown)
    def test_every_change_can_be_accepted_or_rejected(self, old: str, new: str) -> None:
        old, new = (re.sub("[\t\r\u00a0\u200b\u202e]", "", f"{text}\n") for text in (old, new))
        data = word.render(comparison(old, new), "Anna", TIME)
        assert words(settled(data, "del")) == words(new.split("\n"))
        assert words(settled(data, "ins")) == words(old.split("\n"))

    def test_changes_have_author_time_and_a_number_of_their_own(self) -> None:
        data = word.render(comparison("a b c\n", "a x c\n\nnew\n"), "revision 1 to 2 \x07", TIME)
        root = etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))
        changes = list(root.iter(f"{W}ins", f"{W}del"))
        assert {change.get(f"{W}author") for change in changes} == {"revision 1 to 2 ⟨U+0007⟩"}
        assert {change.get(f"{W}date") for change in changes} == {"2026-11-23T10:00:00Z"}
        assert len({change.get(f"{W}id") for change in changes}) == len(changes) > 3

    def test_headings_items_and_tables_are_what_they_are(self) -> None:
        old = "## Scope\n\nText.\n\n1. Item\n\n| Role | Duty |\n|---|---|\n| Author | Writes |\n"
        opened = docx.Document(io.BytesIO(word.render(comparison(old, f"{old}| Owner | Signs |\n"), "A", TIME)))
        assert [p.style.name for p in opened.paragraphs if p.text] == [
            "Title", "Note", "Note", "Part", "Heading 2", "Normal", "Item"
        ]  # fmt: skip
        (table,) = opened.tables
        assert [[cell.text for cell in row.cells] for row in table.rows[:2]] == [
            ["Role", "Duty"],
            ["Author", "Writes"],
        ]
        assert table.rows[2]._tr.find(f"{W}trPr/{W}ins") is not None

    def test_the_same_redline_gives_the_same_bytes(self) -> None:
        first, second = (word.render(comparison(SOP, SOP.replace("text", "word")), "A", TIME) for _ in range(2))
        assert first == second
        assert {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {
            (1980, 1, 1, 0, 0, 0)
        }

    @given(st.text(), st.text())
    def test_no_text_of_a_document_becomes_markup(self, old: str, new: str) -> None:
        data = word.render(comparison(f"</w:t>{old}", f"<w:br/>{new}"), f'"{new}', TIME)
        assert settled(data, "ins")[0].startswith("</w:t>")
        assert settled(data, "del")[0].startswith("<w:br/>")


@pytest.mark.parametrize("path", sorted((REPOSITORY / "sops").rglob("*.md")), ids=lambda path: path.stem[:7])
def test_documents_of_the_model_qms_with_edits(path: Path) -> None:
    dice, old = random.Random(path.name), path.read_text(encoding="utf-8")
    edits = {0: "", 1: "A new line with words\n", 2: "| a | new | row |\n", 3: "   - nested item\n\n"}
    new = "".join(
        edits[dice.randrange(4)] if dice.random() < 0.1 else line.replace(" the ", " every ", dice.randrange(2))
        for line in old.splitlines(keepends=True)
    )
    redline = comparison(old, new)
    assert rebuilt(redline.redline, Change.INSERTED) == old
    assert rebuilt(redline.redline, Change.DELETED) == new
    data = word.render(redline, "A", TIME)
    _, body = (text.split("\n---\n", 1) for text in (old, new))
    wanted = words(body[-1].split("\n"))[-50:]
    assert words(settled(data, "del"))[-len(wanted) :] == wanted
    assert "<ins>" in html.render(redline)


@pytest.fixture
def clone(repository: Repository) -> Clone:
    """The test's repository under git."""
    made = Clone(repository.root)
    repository.sop()
    return made


def revised(number: int, word: str) -> str:
    return SOP.replace("revision: 1", f"revision: {number}").replace("keeps", word)


class TestSides:
    def test_the_last_approved_copy_is_compared_with_the_working_text(self, repository: Repository) -> None:
        repository.write(COPY.format(1), SOP)
        repository.write(COPY.format(2), revised(2, "reads"))
        repository.write(COPY.format(3), revised(3, "burns"))  # which nobody signed
        repository.sop(revised(3, "writes"))
        acts = [repository.act(Meaning.APPROVAL, "2026-02-01", copy=n) for n in (1, 2)]
        project = repository.load(acts)
        found = redline_of(repository.root, project, statuses(project, TODAY), "SOP-001")
        assert (found.old.label, found.new.label) == ("revision 2, effective", "working text, revision 3")
        assert "~ The quality manager [-reads-]{+writes+} the register." in terminal.render(found).splitlines()
        assert found.cautions == ()

    def test_approved_copies_are_compared_with_their_files(self, repository: Repository) -> None:
        for number, image in ((1, b"one"), (2, b"three")):
            repository.write(COPY.format(number), revised(number, "keeps"))
            folder = COPY.format(number).rpartition("/")[0]
            repository.write(f"{folder}/SOP-001/flow.png", image)
        repository.sop()
        project = repository.load([])
        found = redline_of(repository.root, project, statuses(project, TODAY), "SOP-001", 1, 2)
        (file,) = found.files
        assert file == ("flow.png", *(FileFact(hashlib.sha256(d).hexdigest(), len(d)) for d in (b"one", b"three")))

    def test_a_document_that_is_gone_is_all_deleted(self, repository: Repository) -> None:
        repository.write(COPY.format(1), SOP)
        project = repository.load([])
        found = redline_of(repository.root, project, statuses(project, TODAY), "SOP-001", 1)
        assert found.cautions[1] == "SOP-001 has no working text any more, so everything is deleted"
        assert {block.change for block in found.redline.body} == {Change.DELETED}

    def test_unknown_ids_are_refused(self, repository: Repository) -> None:
        repository.sop()
        project = repository.load([])
        with pytest.raises(UnknownRevision, match="`SOP-002` is not a document in this QMS"):
            redline_of(repository.root, project, {}, "SOP-002")


class TestCommand:
    def test_without_an_approved_copy_everything_is_new(self, repository: Repository) -> None:
        repository.sop()
        ran = repository.run("diff", "SOP-001")
        assert ran.code == 0
        assert ran.err == "note: there is no approved copy of SOP-001, so everything is new\n"
        assert "+ title           {+Control of documents+}" in ran.lines
        assert "+ {+1. Write.+}" in ran.lines

    def test_a_copy_that_nobody_signed_is_named_as_such(self, repository: Repository) -> None:
        repository.write(COPY.format(1), SOP)
        repository.sop(revised(2, "reads"))
        ran = repository.run("diff", "SOP-001", "1")
        assert (ran.code, ran.err) == (
            0, f"note: revision 1 from {COPY.format(1)}, a copy that no verified approval covers\n"
        )  # fmt: skip
        assert "~ revision  [-1-]{+2+}" in ran.lines

    def test_a_revision_without_copy_comes_from_the_last_commit_that_had_it(self, clone: Clone) -> None:
        repository = Repository(clone.root)
        clone.commit("one")
        repository.sop(revised(1, "mends"))
        repository.write(f"{SOP_PATH.rpartition('/')[0]}/SOP-001/flow.png", b"old")
        mended = clone.commit("one, mended")
        repository.sop(revised(2, "reads"))
        (clone.root / SOP_PATH).parent.joinpath("SOP-001/flow.png").unlink()
        clone.commit("two")
        ran = repository.run("diff", "SOP-001", "1")
        assert ran.err == f"note: revision 1 from commit {mended[:12]}, not an approved copy\n"
        assert "~ The quality manager [-mends-]{+reads+} the register." in ran.lines
        assert "- flow.png removed" in ran.lines

    def test_a_revision_is_found_after_the_file_was_moved_and_before_it_was_removed(self, clone: Clone) -> None:
        repository = Repository(clone.root)
        first = clone.commit("one")
        (clone.root / SOP_PATH).unlink()
        clone.commit("gone")
        repository.sop(revised(2, "reads"), "sops/SOP-001-renamed.md")
        moved = clone.commit("again, elsewhere")
        repository.sop(revised(3, "writes"), "sops/SOP-001-renamed.md")
        clone.commit("three")
        ran = repository.run("diff", "SOP-001", "1", "2")
        assert ran.err.splitlines() == [
            f"note: revision {number} from commit {commit[:12]}, not an approved copy"
            for number, commit in ((1, first), (2, moved))
        ]
        assert "~ The quality manager [-keeps-]{+reads+} the register." in ran.lines

    def test_a_revision_written_in_the_text_is_not_taken_for_the_documents(self, clone: Clone) -> None:
        repository = Repository(clone.root)
        clone.commit("one")
        repository.sop(SOP.replace("1. Write.\n", "1. Write.\n\nrevision: 9\n\n"))
        clone.commit("an example in the text")
        repository.sop(revised(2, "reads"))
        clone.commit("two")
        ran = repository.run("diff", "SOP-001", "9")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == "qmsdoc: revision 9 of SOP-001 is not known\n  help: known: 1, 2\n"

    def test_a_history_that_is_cut_off_is_said_to_be(self, clone: Clone, tmp_path: Path) -> None:
        clone.commit("one")
        Repository(clone.root).sop(revised(2, "reads"))
        clone.commit("two")
        clone("clone", "--quiet", "--depth=1", clone.root.as_uri(), str(tmp_path / "shallow"))
        ran = run("--root", tmp_path / "shallow", "diff", "SOP-001", "1")
        assert (ran.code, ran.err.splitlines()) == (
            2,
            [
                "qmsdoc: revision 1 of SOP-001 is not known",
                "  help: known: 2; the history here is cut off, `git fetch --unshallow` brings the rest",
            ],
        )

    def test_a_mistyped_id_is_answered_with_the_nearest(self, repository: Repository) -> None:
        repository.sop()
        ran = repository.run("diff", "SOP-0O1")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == "qmsdoc: `SOP-0O1` is not a document in this QMS\n  help: did you mean `SOP-001`?\n"

    def test_a_word_file_goes_into_a_file(self, repository: Repository) -> None:
        repository.sop()
        ran = repository.run("diff", "SOP-001", "--output-format", "docx")
        assert ran.code == 2
        assert ran.err.startswith("qmsdoc: a Word file is not for the terminal\n")
        target = repository.root / "redline.docx"
        assert repository.run("diff", "SOP-001", "--output-format", "docx", "-o", target).code == 0
        assert docx.Document(str(target)).paragraphs[0].text == "SOP-001 Control of documents"

    def test_json_holds_both_texts(self, repository: Repository) -> None:
        repository.write(COPY.format(1), SOP)
        repository.sop(revised(2, "re\u202eads\u009b"))
        told = json.loads((ran := repository.run("diff", "SOP-001", "1", "--output-format", "json")).out)
        assert ran.out.isascii()
        pieces = [piece for block in (*told["fields"], *told["body"]) for piece in block["pieces"]]
        assert "".join(p["text"] for p in pieces if p["change"] != "inserted") == SOP
        assert "".join(p["text"] for p in pieces if p["change"] != "deleted") == revised(2, "re\u202eads\u009b")
        assert told["old"]["sha256"] == hashlib.sha256(SOP.encode()).hexdigest()

    def test_html_goes_to_standard_output(self, repository: Repository) -> None:
        repository.sop()
        assert repository.run("diff", "SOP-001", "--output-format", "html").out.startswith("<!doctype html>")

    def test_line_ends_of_another_system_are_no_difference(self, repository: Repository) -> None:
        repository.write(COPY.format(1), SOP)
        repository.sop(SOP.replace("\n", "\r\n"))
        assert repository.run("diff", "SOP-001", "1").lines[-1] == "no difference"
