"""A git repository with a history, made in one go by `git fast-import`; nothing is checked out."""

from __future__ import annotations

import subprocess  # noqa: TID251 - the repository is made here, not used
from typing import TYPE_CHECKING

import corpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BEGAN = 1_760_000_000  # seconds; one commit an hour
CHANGED = 5  # documents in each commit after the first


def write(folder: Path, size: int, commits: int) -> None:
    """`size` documents in the first commit; each later one raises the revision of a few, or mends their text."""
    bench = corpus.Corpus(size)
    sops = [document for document in bench.ids if document.startswith("SOP")]
    texts = {corpus.path_of(document): corpus.text_of(document, bench) for document in bench.ids}
    stream = b"".join(_stream(texts, [corpus.path_of(sop) for sop in sops], commits))
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "fast-import", "--quiet"], input=stream, check=True)


def _stream(texts: dict[str, str], paths: list[str], commits: int) -> Iterator[bytes]:
    yield _commit(0, texts)
    revisions = dict.fromkeys(paths, 100)
    for number in range(1, commits):
        changed = {}
        for path in (paths[(number * CHANGED + place) % len(paths)] for place in range(CHANGED)):
            head, _, rest = texts[path].partition("revision: ")
            after = rest.partition("\n")[2]
            revisions[path] += number % 2
            texts[path] = f"{head}revision: {revisions[path]}\n{after}\nChange {number}.\n"
            changed[path] = texts[path]
        yield _commit(number, changed)


def _commit(number: int, files: dict[str, str]) -> bytes:
    who = f"committer Anna Keller <anna@example.com> {BEGAN + 3600 * number} +0100"
    parts = [f"commit refs/heads/main\n{who}\ndata <<END\nChange {number}\nEND\n".encode()]
    for path, text in files.items():
        data = text.encode()
        parts.append(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")
    return b"".join(parts)
