"""Measurements of validation, start-up, history and views."""

from __future__ import annotations

import time
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

import corpus
import history
import timing
from bench import (
    BIN,
    HERE,
    PYTHON,
    Bench,
    Line,
    has_cache,
    has_command,
    inside,
    qmsdoc,
    reference,
    show_seconds,
    validate,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

START_ROUNDS = 15
OTHERS_AT_MOST = 2000  # documents for tools that need milliseconds for each
MOMENT = 2.5  # seconds
DOCUMENTS, COMMITS = 1000, 200  # of the history


def floor(bench: Bench) -> Iterator[Line]:
    """The whole of `qmsdoc validate` against reading alone, in as many processes."""
    root = bench.corpus(bench.size)
    number = timing.processes(validate(root))
    runs = timing.rounds(
        bench.rounds, {"ours": validate(root), "floor": [PYTHON, str(HERE / "floor.py"), str(root), str(number)]}
    )
    ours, least = timing.wall(runs["ours"]), timing.wall(runs["floor"])
    aside = f"{show_seconds(ours, least)}; {number} process{'es' if number > 1 else ''}"
    yield Line(f"validate, {bench.size:,} documents, cold : floor", ours / least, 3, aside=aside)


def others(bench: Bench) -> Iterator[Line]:
    """Time a document against check-jsonschema and yamllint, whose start-up is deducted, ours is not."""
    size = min(bench.size, OTHERS_AT_MOST)
    target = bench.fresh("yaml")
    files = [str(path) for path in corpus.extract_front_matter(bench.corpus(size), target)]
    schemas = bench.fresh("schemas")
    timing.run(qmsdoc(bench.corpus(1), "schema", "export", "--output", str(schemas)))
    schema = ["--schemafile", str(schemas / "sop.schema.json")]
    lint = ["-d", "{extends: relaxed, rules: {line-length: disable}}"]
    root = bench.corpus(bench.size)
    ours = timing.wall(timing.rounds(bench.rounds, {"ours": validate(root)})["ours"]) / bench.size
    for name, options in (("check-jsonschema", schema), ("yamllint", lint)):
        argv = [str(BIN / name), *options]
        what = f"{name} : validate, time a document"
        try:
            runs = timing.rounds(1, {"all": [*argv, *files], "one": [*argv, files[0]]})
        except timing.Failed as error:
            yield Line(what, None, 8, at_least=True, aside=str(error))
            continue
        theirs = (timing.wall(runs["all"]) - timing.wall(runs["one"])) / (len(files) - 1)
        aside = f"{theirs * 1000:.3g} ms : {ours * 1000:.3g} ms; {len(files):,} SOPs : {bench.size:,} documents"
        yield Line(what, theirs / ours, 8, at_least=True, aside=aside)


def warm(bench: Bench) -> Iterator[Line]:
    """The cached run against the cold one, with nothing and with one document changed."""
    nothing, one = "validate, warm, nothing changed : cold", "validate, warm, one changed : cold"
    if not has_cache():
        yield Line(nothing, None, 0.25, aside="no cache")
        yield Line(one, None, 0.35, aside="no cache")
        return
    root = bench.corpus(bench.size)
    path = root / corpus.path_of("SOP-000001")
    before = {"one": partial(_change, path), "nothing": partial(_settle, root)}
    cases = {"cold": validate(root), "one": qmsdoc(root, "validate"), "nothing": qmsdoc(root, "validate")}
    runs = timing.rounds(bench.rounds, cases, before)
    cold = timing.wall(runs["cold"])
    same = _same_findings(bench.fresh("broken"))
    for what, name, target in ((nothing, "nothing", 0.25), (one, "one", 0.35)):
        ours = timing.wall(runs[name])
        told = show_seconds(ours, cold) if same else "the findings differ from those of the cold run"
        yield Line(what, ours / cold if same else None, target, aside=told)


def _same_findings(root: Path) -> bool:
    """Whether a repository in which something is wrong gives the same findings from the cache, to the byte."""
    corpus.write(root, 200)
    path = root / corpus.path_of("SOP-000001")
    path.write_text(path.read_text(encoding="utf-8") + "\nSee [this](nowhere.md).\n", encoding="utf-8")
    options = ("--fail-on", "never", "--output-format", "json")
    _settle(root, *options)
    warm, cold = qmsdoc(root, "validate", *options), [*validate(root), *options]
    return timing.run(warm).output == timing.run(cold).output


def _change(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "\nOne more line.\n", encoding="utf-8")


def _settle(root: Path, *options: str) -> None:
    """Have the present state remembered, which may not be done of what changed a moment ago."""
    time.sleep(MOMENT)
    timing.run(qmsdoc(root, "validate", *options))


def growth(bench: Bench) -> Iterator[Line]:
    """Processor time and memory a document at two sizes, over a run on one document of each type."""
    least, few, many = len(corpus.CYCLE), max(100, bench.size // 10), bench.size
    runs = timing.rounds(3, {str(size): validate(bench.corpus(size)) for size in (least, few, many)})

    def each(size: int, measure: Callable[[Sequence[timing.Run]], float]) -> float:
        return (measure(runs[str(size)]) - measure(runs[str(least)])) / (size - least)

    times = each(many, timing.cpu), each(few, timing.cpu)
    aside = " : ".join(f"{1e6 * value:.0f} µs" for value in times) + " processor time"
    yield Line(f"validate, time a document, {many:,} : {few:,}", times[0] / times[1], 1.15, aside=aside)
    aside = f"{timing.peak(runs[str(many)]) / 1024:.0f} MiB in the largest process"
    yield Line(f"validate, memory a document, {many:,}", each(many, timing.peak), 16, unit="KiB", aside=aside)


def start(bench: Bench) -> Iterator[Line]:
    """Processor time of runs that are nothing but start-up."""
    root = bench.corpus(1)
    one = str(root / corpus.path_of("SOP-000001"))
    runs = timing.rounds(
        START_ROUNDS,
        {
            "bare": [PYTHON, "-c", "pass"],
            "version": [str(BIN / "qmsdoc"), "--version"],
            "help": [str(BIN / "qmsdoc"), "--help"],
            "their help": reference("--help"),
            "one": validate(root),
            "their one": reference("validate", one),
        },
    )
    for what, ours, theirs, target in (
        ("--version : bare python", "version", "bare", 2.5),
        ("--help : reference program", "help", "their help", 1.25),
        ("validate, one file : reference program", "one", "their one", 1.6),
    ):
        found = timing.cpu(runs[ours]), timing.cpu(runs[theirs])
        yield Line(what, found[0] / found[1], target, aside=f"{show_seconds(*found)} processor time")


def git(bench: Bench) -> Iterator[Line]:
    """What git tells of all documents against one plain log."""
    root = bench.fresh("history")
    history.write(root, DOCUMENTS, COMMITS)
    told = [inside("git", str(root)) for _ in range(5)]
    ours, least = (median(each[name] for each in told) for name in ("facts", "log"))
    what = f"git facts, {DOCUMENTS:,} documents, {COMMITS} commits : one log"
    aside = f"{show_seconds(ours, least)}; {told[0]['found']:,.0f} revisions"
    yield Line(what, ours / least, 2, aside=aside)


def views(bench: Bench) -> Iterator[Line]:
    """Register and clause indexes against the load that they need."""
    root = bench.corpus(bench.size)
    told = [inside("views", str(root)) for _ in range(bench.rounds)]
    made, loaded = (median(each[name] for each in told) for name in ("views", "load"))
    aside = f"{show_seconds(made, loaded)}; {told[0]['rows']:,.0f} rows"
    yield Line(f"register and clause index, {bench.size:,} : load", made / loaded, 2, aside=aside)


def editor(bench: Bench) -> Iterator[Line]:  # noqa: ARG001 - every measurement is called so
    """Diagnostics after a key, when there is an editor service."""
    why = "this runner does not speak to it yet" if has_command("lsp") else "no editor service"
    yield Line("editor, diagnostics after a key", None, 20, unit="ms", aside=why)
