"""`qmsdoc list --stats`: length, reading ease by LIX, and whether flows fit a screen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conftest import SOP
from qmsdoc.views.stats import Flow, read

if TYPE_CHECKING:
    from conftest import Repository

# 3 sentences, 12 words, of which `Everybody`, `approved` and `register` have more than six letters:
# 12/3 + 100 * 3/12 = 29.
COUNTED = """\
# A heading that is long

Everybody *works* from the approved text.

1. See the `register`
2. Sign
   it now!

| Some | cells |
|---|---|
| of the table | are no sentence. |

```mermaid
flowchart TD
    A --> B
```
"""


def test_what_is_counted() -> None:
    found = read(COUNTED)
    assert (found.prose, found.long, found.sentences) == (12, 3, 3)
    assert found.words == 5 + 12 + 8
    assert (found.sentence, found.lix, found.ease) == (4, 29, "very easy")


@pytest.mark.parametrize(
    ("text", "words", "lix", "ease"),
    [
        ("", 0, None, ""),
        ("# Only a heading", 3, None, ""),
        ("12.5 % · 2026-01-01", 0, None, ""),
        ("Größe ist wichtig.", 3, 36, "easy"),  # 3 words, one of them long
        ("It's the patient's well-being.", 4, 54, "difficult"),
        ("e.g. this: two parts; three.", 6, 2, "very easy"),
        ("Characterisation\nrequires documentation.", 3, 103, "very difficult"),
    ],
)
def test_words_and_sentences(text: str, words: int, lix: int | None, ease: str) -> None:
    found = read(text)
    assert (found.words, found.lix, found.ease) == (words, lix, ease)


@pytest.mark.parametrize(
    ("width", "height", "fits"),
    [
        (400, 760, True),
        (400, 761, False),
        (1000, 1000, True),
        (1001, 300, False),
        (700, 760, True),
        (900, 978, False),
    ],
)
def test_a_flow_fits_where_it_is_seen_at_once_and_can_be_read(width: float, height: float, *, fits: bool) -> None:
    """At most 760 px high at a width of 700 px, and drawn at no less than 0.7 of its size."""
    assert Flow(width, height).fits is fits


def test_the_table(repository: Repository) -> None:
    flow = "\n```mermaid\nflowchart LR\n    A --> B\n```\n"
    repository.sop(SOP + flow)
    ran = repository.run("list", "--stats", "--output-format", "json")
    assert ran.code == 0, ran.err
    (row,) = json.loads(ran.out)
    assert row.pop("flows")[0].count(" x ") == 1
    assert row == {
        "id": "SOP-001",
        "title": "Control of documents",
        "words": 26,  # 9 in headings, 17 in 5 sentences, of which 6 are long: 17/5 + 100 * 6/17 = 39
        "sentence": 3,
        "lix": 39,
        "reading": "easy",
        "fits": "yes",
    }
    assert (
        repository.run("list", "--stats", "--type", "policy").err == "Length and reading ease: nothing to show\n"
    )
