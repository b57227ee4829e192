"""Real QMS documents that nobody wrote for this tool: what is found in them, rule by rule.

    python benchmarks/corpora/run.py FOLDER                        the tables
    python benchmarks/corpora/run.py FOLDER taken-over QD105 gstt  the findings of a rule, each with its line
    python benchmarks/corpora/run.py FOLDER taken-over QD105 --sample 15
    python benchmarks/corpora/run.py FOLDER --write                the counts, into results.json

FOLDER holds one folder of Markdown a corpus. Nothing of it is kept but counts.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from takeover import Source, as_they_are, taken_over

from qmsdoc.check import check
from qmsdoc.load import load
from qmsdoc.rule import registry
from qmsdoc.trust.act import Act, Meaning
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from qmsdoc.diagnostics import Diagnostic
    from qmsdoc.project import Project

HERE = Path(__file__).parent
TODAY = date(2026, 11, 23)
APPROVED = datetime(2026, 1, 10, 9, tzinfo=UTC)
SEED = 13485
REPEATS = 3
WAYS: dict[str, Callable[[Path, Path], list[Source]]] = {
    "as-they-are": as_they_are,
    "taken-over": taken_over,
    "as-records": lambda corpus, root: taken_over(corpus, root, "record"),
}


@dataclass(frozen=True)
class Found:
    """What was found in one corpus: files, seconds, and each finding with the file it came from and its line."""

    files: int
    seconds: float
    findings: tuple[tuple[Diagnostic, str, str], ...]


def run(corpus: Path, way: str) -> Found:
    """Make a repository of a corpus and check it as on a fixed day."""
    with tempfile.TemporaryDirectory(prefix="corpora-") as scratch:
        root = Path(scratch)
        origin = {source.home: source.path for source in WAYS[way](corpus, root)}
        acts = _approvals(load(root, acts=())[0]) if way == "taken-over" else ()
        seconds = []
        for _ in range(REPEATS):
            begun = perf_counter()
            findings = check(*load(root, acts=acts), TODAY)
            seconds.append(perf_counter() - begun)
        lines: dict[str, list[str]] = {}
        found = []
        for diagnostic in findings.open:
            path, line = diagnostic.location.path, diagnostic.location.line
            if path not in lines and (root / path).is_file():
                lines[path] = (root / path).read_text(encoding="utf-8", errors="replace").split("\n")
            text = lines.get(path, [""] * line)[line - 1]
            found.append((diagnostic, origin.get(path, path), text))
        return Found(sum(1 for _ in corpus.rglob("*.md")), min(seconds), tuple(found))


def _approvals(project: Project) -> list[Act]:
    """An approval of every controlled document as it stands, so that rules for what is in force look at it."""
    controlled = (document for document in project.documents if document.type.kind is Kind.CONTROLLED)
    return [
        Act(d.id, d.revision, d.sha256, Meaning.APPROVAL, "sam-doe", "quality-manager", APPROVED)
        for d in controlled
    ]


def counts(found: dict[str, Found]) -> dict[str, dict[str, int]]:
    """How often each rule found something, by corpus."""
    return {name: dict(sorted(Counter(d.code for d, _, _ in f.findings).items())) for name, f in found.items()}


def table(found: dict[str, Found]) -> Iterator[str]:
    """Findings and documents touched, a row a rule and a column a corpus; the speed below."""
    counted = counts(found)
    touched: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name, one in found.items():
        for diagnostic, path, _ in one.findings:
            touched[name, diagnostic.code].add(path)
    yield f"| Rule | | {' | '.join(found)} |"
    yield f"|---|---|{'---|' * len(found)}"
    for code in sorted(set().union(*counted.values())):
        cells = [f"{counted[n][code]} in {len(touched[n, code])}" if code in counted[n] else "" for n in found]
        yield f"| {code} | {registry()[code].name} | {' | '.join(cells)} |"
    totals = " | ".join(f"{len(one.findings)} in {one.files}" for one in found.values())
    yield f"| all | | {totals} |"
    yield "files per second: " + ", ".join(f"{name} {one.files / one.seconds:.0f}" for name, one in found.items())


def listing(name: str, found: Sequence[tuple[Diagnostic, str, str]], sample: int) -> Iterator[str]:
    """Findings with their lines, all or as many as wanted, drawn in the same way each time."""
    if sample and len(found) > sample:
        # A list of numbers that a seed fixes: which findings a person reads, nothing secret.
        found = [found[n] for n in sorted(random.Random(SEED).sample(range(len(found)), sample))]
    for d, path, line in found:
        place = f"{name}/{path} ({d.location.line}:{d.location.column})"
        yield f"{d.code} {d.severity.value} {place}\n    {d.message}\n    {d.hint or '-'}\n    > {line.strip()}"


def main() -> None:
    """Print the tables, or the findings of one rule."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("way", nargs="?", choices=WAYS)
    parser.add_argument("rule", nargs="?")
    parser.add_argument("corpus", nargs="?", default="")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    corpora = sorted(path for path in given.folder.iterdir() if path.is_dir())
    results = {}
    for way in [given.way] if given.way else WAYS:
        found = {path.name: run(path, way) for path in corpora if given.corpus in {"", path.name}}
        results[way] = counts(found)
        if not given.rule:
            print(f"## {way}\n", *table(found), "", sep="\n")
            continue
        for name, one in found.items():
            chosen = [item for item in one.findings if item[0].code == given.rule]
            print(*listing(name, chosen, given.sample), sep="\n")
    if given.write and not given.way:
        (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
