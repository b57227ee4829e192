"""What people get: exit codes, PDFs, the handbook."""

from __future__ import annotations

import re
import shutil
import sys
import zlib
from functools import partial
from typing import TYPE_CHECKING

from qmsdoc.external import process
from qmsdoc.lifecycle import statuses
from qmsdoc.load import source
from qmsdoc.publish import release, site, site_gate
from qmsdoc.publish.job import ARCHIVAL
from qmsdoc.publish.origin import Origin
from qmsdoc.resources import data
from qmsdoc.selftest.bench import TODAY, Bench, approved
from qmsdoc.selftest.defects import path_of
from qmsdoc.selftest.row import NOTHING, Row, row
from qmsdoc.selftest.tamper import flip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qmsdoc.publish.job import Outcome

SECONDS = 60.0
_SAID = {"text in force": "Everybody works from the text in force", "draft": "This sentence belongs to a draft"}
_streams = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def exit_codes(folder: Path) -> Iterator[Row]:
    """The program as a continuous integration runs it: what is wrong is never exit 0."""
    good, bad, empty = folder / "good", folder / "bad", folder / "empty"
    for root in (good, bad):
        shutil.copytree(data("selftest", "sample"), root)
    (bad / "sops/notes.md").write_text("# Notes\n", encoding="utf-8")
    empty.mkdir()
    (empty / "qmsdoc.toml").write_bytes((good / "qmsdoc.toml").read_bytes())
    signed, changed = approved(folder / "signed"), folder / "changed"
    shutil.copytree(signed.root, changed)
    flip(changed / "trust/states/2/policy.toml")
    anchor = f"--anchor=sha256:{signed.anchor}"
    for name, root, command, expected in (
        ("validate: nothing to mend", good, ["validate"], "exit 0"),
        ("validate: a defect", bad, ["validate"], "exit 1"),
        ("validate: nothing there to check", empty, ["validate"], "exit 2"),
        ("validate: no repository", folder, ["validate"], "exit 2"),
        ("validate: wrong usage", good, ["validate", "--no-such-option"], "exit 2"),
        ("verify: everything holds", signed.root, ["verify", anchor], "exit 0"),
        ("verify: something was changed", changed, ["verify", anchor], "exit 1"),
        ("verify: not everything could be checked", signed.root, ["verify"], "exit 2"),
        ("release: nothing is in force", good, ["release", "build", "first"], "exit 2"),
    ):
        yield row(name, expected, partial(_exit_code, root, command, folder), "exit-codes")


def _exit_code(root: Path, command: list[str], folder: Path) -> str:
    argv = [sys.executable, "-m", "qmsdoc", "--root", str(root), "--today", TODAY.isoformat(), *command]
    own = {"XDG_CACHE_HOME": str(folder / "cache"), "XDG_CONFIG_HOME": str(folder / "settings")}
    try:
        process.run(argv, timeout=SECONDS, environment={**own, "HOME": str(folder)})
    except process.ProgramError as error:
        return f"exit {error.exit_code}"
    return "exit 0"


def pdfs(folder: Path) -> Iterator[Row]:
    """The PDF of a document in force, made twice, and of a draft."""
    bench = approved(folder / "signed")
    first, second = folder / "first", folder / "second"
    for target in (first, second):
        target.mkdir()
    made = {name: _pdf(bench, name, first) for name in ("SOP-001", "SOP-002")}
    again = _pdf(bench, "SOP-001", second)
    outcome = made["SOP-001"]

    def compared() -> str:
        return "equal bytes" if _read(first, outcome) == _read(second, again) else "different bytes"

    yield row("a PDF made twice", "equal bytes", compared, "reproducible")
    yield row(
        "a PDF of a document in force is for archives",
        f"{ARCHIVAL}, PDF/A part 3",
        lambda: f"{outcome.standard}, PDF/A part {_part(_read(first, outcome))}",
        "pdf-a",
    )
    yield row(
        "the approved Markdown lies in the PDF, byte for byte",
        "it does",
        lambda: _attached(_read(first, outcome), bench),
        "pdf-content",
    )
    yield row(
        "the signature block names who signed",
        "review by Jonas Weber, approval by Anna Keller",
        lambda: ", ".join(f"{told.meaning} by {told.name}" for told in outcome.job.signatures),
        "signatures",
        "pdf-content",
    )
    yield row(
        "a draft is marked on its PDF",
        "SOP-002-r1-DRAFT.pdf, DRAFT",
        lambda: f"{made['SOP-002'].job.file}, {made['SOP-002'].job.watermark}",
        "derived-state",
        "pdf-content",
    )


def _pdf(bench: Bench, document_id: str, folder: Path) -> Outcome:
    project = bench.project()
    found = statuses(project, TODAY)[document_id, 1]
    return release.single(project, bench.root, found, folder, today=TODAY, origin=Origin(), source=source)


def _read(folder: Path, outcome: Outcome) -> bytes:
    if not outcome.made:
        raise ValueError(outcome.error)
    return (folder / outcome.job.file).read_bytes()


def _part(pdf: bytes) -> str:
    told = re.search(rb"<pdfaid:part>(\d)</pdfaid:part>", pdf)
    return told[1].decode() if told else "unknown"


def _attached(pdf: bytes, bench: Bench) -> str:
    wanted = (bench.root / "approvals/SOP-001/r1/copy" / path_of("SOP-001")).read_bytes()
    return "it does" if any(found == wanted for found in _contents(pdf)) else "it does not"


def _contents(pdf: bytes) -> Iterator[bytes]:
    """What the streams of a PDF hold, as they are or inflated."""
    for stream in _streams.findall(pdf):
        yield stream
        try:
            yield zlib.decompress(stream)
        except zlib.error:
            continue


def handbook(folder: Path) -> Iterator[Row]:
    """The site: it shows what is in force and nothing else, asks no other host, and runs nothing of a document."""
    bench = approved(folder / "signed")
    built = {drafts: folder / f"site-{drafts}" for drafts in (False, True)}
    bench.replace(
        path_of("SOP-002"), ("2. Assess", "<img src=https://example.org/x onerror=alert(1)>\n\n2. Assess")
    )

    def build(*, drafts: bool) -> str:
        project = bench.project()
        site.build(
            project,
            bench.root,
            built[drafts],
            today=TODAY,
            commit="",
            source=partial(source, bench.root),
            drafts=drafts,
        )
        said = {what: _says(built[drafts], text) for what, text in _SAID.items()}
        return ", ".join(f"{what} {'shown' if shown else 'absent'}" for what, shown in said.items())

    yield row(
        "the handbook",
        "text in force shown, draft absent",
        lambda: build(drafts=False),
        "site",
        "in-force-copy",
    )
    yield row(
        "the handbook with drafts",
        "text in force shown, draft shown",
        lambda: build(drafts=True),
        "site",
    )
    yield row(
        "hostile text on its pages asks no other host and runs nothing",
        NOTHING,
        lambda: "; ".join(map(str, site_gate.inspect(built[True]))) or NOTHING,
        "offline",
        "hostile-text",
    )
    yield row(
        "an address planted into a page is refused",
        "index.html: <img> asks another host: https://example.org/x",
        lambda: _planted(folder / "planted"),
        "offline",
    )


def _says(built: Path, text: str) -> bool:
    """Whether any file of the site holds a text, the index of the search included."""
    files = [file for file in built.rglob("*") if file.suffix in {".html", ".json"}]
    return any(text in file.read_text(encoding="utf-8") for file in files)


def _planted(folder: Path) -> str:
    folder.mkdir()
    page = '<html><body><article><img src="https://example.org/x"></article></body></html>'
    (folder / "index.html").write_text(page, encoding="utf-8")
    return "; ".join(map(str, site_gate.inspect(folder)))
