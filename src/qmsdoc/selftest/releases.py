"""A signed release: built twice, verified, and verified again after one change."""

from __future__ import annotations

import shutil
from functools import partial
from typing import TYPE_CHECKING

from qmsdoc.load import source
from qmsdoc.publish import manifest, release, release_check
from qmsdoc.publish.origin import Origin
from qmsdoc.publish.release_signature import Known
from qmsdoc.selftest.bench import TODAY, Bench, approved
from qmsdoc.selftest.row import NOTHING, Row, row
from qmsdoc.selftest.tamper import flip
from qmsdoc.signed import Anchors
from qmsdoc.signing import keyfile
from qmsdoc.trust import keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PDF = "SOP-001-r1.pdf"
_BYTES = (
    ("manifest", manifest.FILE),
    ("signature of the release", manifest.SIGNATURE),
    ("list of sums", manifest.SUMS),
    ("PDF", PDF),
    ("trust state in the release", "trust/states/1/policy.toml"),
)


def rows(folder: Path) -> Iterator[Row]:
    """One document in force is released, signed, and its release changed in every file."""
    bench = approved(folder / "signed")
    made, again = _build(bench, folder / "first"), _build(bench, folder / "second")
    yield row("a release built twice", "equal bytes", partial(_compared, made, again), "reproducible", "releases")
    raw = (made / manifest.FILE).read_bytes()
    (signature,) = keyfile.sign(bench.keys["anna-keller"], keys.RELEASE, [raw])
    (made / manifest.SIGNATURE).write_bytes(signature)
    (robot,) = keyfile.sign(bench.keys["release-ci"], keys.RELEASE, [raw])
    copies = _Copies(made, Known(TODAY, Anchors((bench.anchor,))))
    yield row("untouched", NOTHING, lambda: copies.found(lambda _: None, ""), "releases")
    for what, file in _BYTES:
        yield _changed(f"one byte: {what}", file, copies, partial(_flip, file))
    yield _changed("a PDF taken away", PDF, copies, lambda root: (root / PDF).unlink())
    yield _changed("a file added", "more.pdf", copies, lambda root: _put(root / "more.pdf", b"%PDF"))
    yield _changed(
        "signed by a machine",
        manifest.SIGNATURE,
        copies,
        lambda root: _put(root / manifest.SIGNATURE, robot),
    )


def _changed(what: str, file: str, copies: _Copies, change: Callable[[Path], None]) -> Row:
    return row(what, file, lambda: copies.found(change, file), "releases", "tampering")


class _Copies:
    """Copies of one release, each to be changed once and checked."""

    def __init__(self, made: Path, known: Known) -> None:
        self.made = made
        self.known = known

    def found(self, change: Callable[[Path], None], expected: str) -> str:
        """The expected file where it is among those that do not hold, else all that was found."""
        root = self.made.with_name("changed")
        shutil.copytree(self.made, root)
        try:
            change(root)
            report = release_check.check(root, self.known)
        finally:
            shutil.rmtree(root)
        files = {wrong.file for wrong in report.wrong}
        if expected in files:
            return expected
        return "; ".join([*sorted(files), *report.unchecked]) or NOTHING


def _build(bench: Bench, folder: Path) -> Path:
    """A release of SOP-001; as the sample is not in git, it is made the way drafts are."""
    made = release.build(
        bench.project(),
        bench.root,
        "self-test",
        folder,
        today=TODAY,
        origin=Origin(),
        source=source,
        ids=["SOP-001"],
        drafts=True,
        workers=1,
    )
    if made.folder is None:
        raise ValueError("; ".join(outcome.error for outcome in made.failed))
    return made.folder


def _compared(one: Path, two: Path) -> str:
    same = manifest.hashes(one) == manifest.hashes(two)
    return "equal bytes" if same else "different bytes"


def _flip(file: str, root: Path) -> None:
    flip(root / file)


def _put(file: Path, raw: bytes) -> None:
    file.write_bytes(raw)
