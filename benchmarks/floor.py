"""The floor of validation: walk, read, fence, libyaml events, one pydantic model; no check between documents.

python benchmarks/floor.py FOLDER PROCESSES
"""

from __future__ import annotations

import gc
import os
import sys
from datetime import date  # noqa: TC003 - pydantic reads the annotations
from typing import TYPE_CHECKING

from pydantic import BaseModel
from yaml import ScalarEvent, SequenceEndEvent, SequenceStartEvent
from yaml._yaml import CParser

if TYPE_CHECKING:
    from collections.abc import Iterator


class Front(BaseModel):
    """The keys of an SOP; what a record has beyond them is passed over."""

    id: str
    type: str
    title: str
    owner: str
    revision: int | None = None
    effective_from: date | None = None
    review_every: int | None = None
    satisfies: list[str] = []
    references: list[str] = []
    applies_to: list[str] = []
    training: str | None = None
    change: str | None = None
    supersedes: list[str] = []
    language: str | None = None
    attachments: list[str] = []


def main() -> None:
    gc.disable()
    processes = int(sys.argv[2])
    files = sorted(file for folder in ("records", "sops") for file in walk(f"{sys.argv[1]}/{folder}"))
    children = []
    for number in range(1, processes):
        if not (child := os.fork()):
            read(files[number::processes])
            os._exit(0)
        children.append(child)
    read(files[0::processes])
    for child in children:
        if os.waitpid(child, 0)[1]:
            sys.exit(1)


def walk(folder: str) -> Iterator[tuple[str, int]]:
    """Documents and their sizes."""
    with os.scandir(folder) as found:
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                yield from walk(entry.path)
            elif entry.name.endswith(".md"):
                yield entry.path, entry.stat(follow_symlinks=False).st_size


def read(files: list[tuple[str, int]]) -> None:
    """Read documents and forget them."""
    for path, size in files:
        handle = os.open(path, os.O_RDONLY)
        raw = os.read(handle, size + 1)
        os.close(handle)
        Front.model_validate(front_matter(raw[4 : raw.index(b"\n---\n", 3) + 1]))


def front_matter(text: bytes) -> dict[str, str | list[str]]:
    """Flat data from events."""
    data: dict[str, str | list[str]] = {}
    event = CParser(text).get_event
    for _ in range(3):  # the stream, the document and the mapping begin
        event()
    while type(key := event()) is ScalarEvent:
        value = event()
        if type(value) is SequenceStartEvent:
            items = data[key.value] = []
            while type(item := event()) is not SequenceEndEvent:
                items.append(item.value)
        else:
            data[key.value] = value.value
    return data


if __name__ == "__main__":
    main()
