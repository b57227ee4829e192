"""Reading front matter: every mistake has a place and plain words."""

from __future__ import annotations

import pytest

from qmsdoc.frontmatter import Unreadable, decode, read_front_matter


def read(front: str) -> str:
    """The problem of a front matter as `line:column CODE message`."""
    try:
        _, problems = read_front_matter(f"---\n{front}\n---\nbody\n", "x.md")
    except Unreadable as error:
        problems = [error.problem]
    return " / ".join(f"{p.location.line}:{p.location.column} {p.code} {p.message}" for p in problems)


@pytest.mark.parametrize(
    ("front", "problem"),
    [
        ("title: Training: the basics", "2:16 QD003 a colon and a space inside an unquoted value"),
        ("id: x\n\ttitle: y", "3:1 QD003 a tab; YAML wants spaces"),
        (
            "id: x\nl: [a, b\ntitle: y",
            "3:4 QD003 a list that is opened with `[` has an item without a comma, or no `]`",
        ),
        ('title: "abc\nid: x', "2:8 QD003 a quotation mark is opened and not closed"),
        ("just text", "2:1 QD003 the front matter is not made of `key: value` lines"),
        ("title: @home", "2:8 QD003 a value begins with a character that YAML reserves"),
        (
            "t: 'a' b",
            "2:8 QD003 the text goes on after the value has ended, or a line is indented differently",
        ),
        ("t: \x07", "2:4 QD003 a control character"),
        ("t: *anchor", "2:4 QD015 an alias (`*`) is not allowed in front matter"),
        ("t: &a b", "2:4 QD015 an anchor (`&`) is not allowed in front matter"),
        ("t: !!python/object/apply:os.system ['x']", "2:4 QD015 a tag (`!`) is not allowed in front matter"),
        ("m:\n  a: b", "3:3 QD015 `m` is a nested map; front matter is flat"),
        ("l: [a, {b: c}]", "2:8 QD015 an item of `l` is itself a list or a map; front matter is flat"),
        ("id: x\nid: y", "3:1 QD004 `id` is given twice"),
        ("[" * 3000, "2:1 QD003 the front matter is not made of `key: value` lines"),
    ],
)
def test_mistakes_are_named_at_their_place(front: str, problem: str) -> None:
    assert read(front) == problem


def test_scalars_stay_as_written() -> None:
    front, problems = read_front_matter("---\na: 010\nb: 1.10\nc: no\nd: 12:30\ne: 2026-02-30\nf:\n---\n", "x.md")
    assert problems == []
    assert front.data == {"a": "010", "b": "1.10", "c": "no", "d": "12:30", "e": "2026-02-30"}


def test_every_key_value_and_item_has_a_place() -> None:
    front, _ = read_front_matter("---\nid: SOP-001\nreferences:\n  - SOP-002\n  - SOP-003\n---\n", "x.md")
    place = front.places["references"]
    assert place.key == (3, 1, 11)
    assert place.items == ((4, 5, 12), (5, 5, 12))
    assert front.places["id"].value() == (2, 5, 12)


def test_columns_count_code_points() -> None:
    front, _ = read_front_matter("---\nl: [🩺, ü, x]\n---\n", "x.md")
    assert [span.column for span in front.places["l"].items] == [5, 8, 11]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "QD002", "the file is empty"),
        ("# Title\n", "QD002", "no front matter"),
        ("---\nid: x\n", "QD002", "the front matter has no closing `---`"),
        ("intro\n---\nid: x\n---\n", "QD002", "text stands before the front matter"),
        ("\ufeff---\nid: x\n---\n", "QD018", "the file begins with a byte order mark"),
        (f"---\nid: {'x' * 70_000}\n---\n", "QD016", "the front matter is longer than 64 KiB"),
    ],
)
def test_files_without_front_matter(text: str, code: str, message: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_front_matter(text, "x.md")
    assert (caught.value.problem.code, caught.value.problem.message) == (code, message)


def test_broken_utf8_is_located() -> None:
    with pytest.raises(Unreadable) as caught:
        decode("---\ntitle: Prü".encode() + b"\xfc\n", "x.md")
    assert caught.value.problem.location[1:3] == (2, 11)
    assert caught.value.problem.message == "byte 0xfc is not UTF-8"


def test_windows_line_ends_are_accepted() -> None:
    front, problems = read_front_matter(decode(b"---\r\nid: x\r\n---\r\nbody\r\n", "x.md"), "x.md")
    assert (front.data, front.body, front.body_line, problems) == ({"id": "x"}, "body\n", 4, [])
