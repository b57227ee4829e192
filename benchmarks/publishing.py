"""Measurements of the site and of releases."""

from __future__ import annotations

import shutil
from functools import partial
from typing import TYPE_CHECKING

import timing
from bench import HERE, PYTHON, Bench, Line, inside, qmsdoc, show_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANY, FEW = 430, 143  # documents of which 300 and 100 are on the site
RELEASED = 71  # documents of which 50 are released
ROUNDS = 3


def site(bench: Bench) -> Iterator[Line]:
    """The handbook against MkDocs on the same staged pages; and the time a page at two sizes."""
    targets = {size: bench.fresh("site") / str(size) for size in (MANY, FEW)}
    staged, plain = bench.fresh("staged"), bench.fresh("plain")
    pages = {size: _pages(bench, size, bench.fresh("count")) for size in (FEW,)}
    pages[MANY] = _pages(bench, MANY, staged)
    mkdocs = [PYTHON, "-I", "-m", "mkdocs", "build", "--quiet", "-f", str(staged / "mkdocs.yml"), "-d", str(plain)]
    cases = {str(size): _build(bench.corpus(size), target) for size, target in targets.items()}
    runs = timing.rounds(ROUNDS, {**cases, "plain": mkdocs}, {"plain": partial(_remove, plain)})
    many, few, least = (timing.wall(runs[name]) for name in (str(MANY), str(FEW), "plain"))
    what = f"site, {pages[MANY]} pages : mkdocs build, pruned navigation"
    yield Line(what, many / least, 1.15, aside=show_seconds(many, least))
    per_page = many / pages[MANY], few / pages[FEW]
    aside = " : ".join(f"{1000 * value:.3g} ms" for value in per_page)
    what = f"site, time a page, {pages[MANY]} : {pages[FEW]} pages"
    yield Line(what, per_page[0] / per_page[1], 1.3, aside=aside)


def _pages(bench: Bench, size: int, staged: Path) -> int:
    return int(inside("stage", str(bench.corpus(size)), str(staged))["pages"])


def _build(root: Path, target: Path) -> list[str]:
    return qmsdoc(root, "build", "--drafts", "--output", str(target))


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def release(bench: Bench) -> Iterator[Line]:
    """PDFs on all cores against the plain way."""
    root = bench.corpus(RELEASED)
    number = len(list((root / "sops").rglob("*.md")))
    ours, plain = bench.fresh("release"), bench.fresh("pdf")
    cases = {
        "ours": qmsdoc(root, "release", "build", "bench", "--drafts", "--output", str(ours)),
        "plain": [PYTHON, str(HERE / "plain_pdf.py"), str(root / "sops"), str(plain)],
    }
    what = f"one pandoc and one Typst a document : release of {number}"
    try:
        runs = timing.rounds(ROUNDS, cases)
    except timing.Failed as error:
        yield Line(what, None, 2.5, at_least=True, aside=str(error))
    else:
        theirs, mine = timing.wall(runs["plain"]), timing.wall(runs["ours"])
        yield Line(what, theirs / mine, 2.5, at_least=True, aside=show_seconds(theirs, mine))
    why = "XeLaTeX is not installed" if not shutil.which("xelatex") else "this runner does not call XeLaTeX"
    yield Line(f"one XeLaTeX pass a document : release of {number}", None, 5, at_least=True, aside=why)
