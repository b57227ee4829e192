"""What the tests of pages and of the site share: a repository as a staged tree and as a built site."""

from __future__ import annotations

import shutil
from functools import partial
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from conftest import SOP, TODAY
from qmsdoc.load import source
from qmsdoc.publish import site

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from conftest import Repository
    from qmsdoc.trust.act import Act


def stage(repository: Repository, acts: Sequence[Act] = (), *, drafts: bool = True) -> site.Result:
    """Stage it beside the repository; the result names the folder."""
    folder = repository.root.parent / f"{repository.root.name}-staged"
    shutil.rmtree(folder, ignore_errors=True)
    return site.stage(
        repository.load(acts),
        repository.root,
        folder,
        edition=site.Edition(TODAY, "abc1234"),
        source=partial(source, repository.root),
        drafts=drafts,
    )


def staged(repository: Repository, acts: Sequence[Act] = (), *, drafts: bool = True) -> Mapping[str, str]:
    """The staged text files by path."""
    folder = stage(repository, acts, drafts=drafts).output
    return {
        file.relative_to(folder).as_posix().removeprefix("pages/"): file.read_text(encoding="utf-8")
        for file in folder.rglob("*")
        if file.suffix in {".md", ".yml", ".svg"}
    }


def built(repository: Repository, acts: Sequence[Act] = (), *, drafts: bool = True) -> Path:
    """The folder of the built site."""
    output = repository.root / "build" / "site"
    site.build(
        repository.load(acts),
        repository.root,
        output,
        today=TODAY,
        commit="abc1234",
        source=partial(source, repository.root),
        drafts=drafts,
    )
    return output


def page(repository: Repository, acts: Sequence[Act] = (), *, drafts: bool = True, path: str = "SOP-001") -> str:
    return staged(repository, acts, drafts=drafts)[f"documents/{path}.md"]


def with_body(body: str, front: str = "") -> str:
    head, _, _ = SOP.partition("# Control")
    return head.replace("change: First issue\n", f"change: First issue\n{front}") + body


class Tags(HTMLParser):
    """The tags of a piece of HTML and their attributes, as a browser would see them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
