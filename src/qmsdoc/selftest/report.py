"""The report of a self-test: JSON for programs, Markdown and PDF for the validation record of a company."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from qmsdoc import __version__
from qmsdoc.publish import pdf
from qmsdoc.publish.job import Job

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from qmsdoc.selftest.run import Result

SCHEMA = "qmsdoc-self-test/1"
FOR_THE_COMPANY = (
    "Company and system",
    "Intended use of the tool in this QMS",
    "Functions used, and functions not used",
    "Risk of the intended use, by our own judgement",
    "Installation checked: version required by qmsdoc.toml, machine, who may change it",
    "Deviations and what was decided",
    "Conclusion: may be used for the intended use; limits",
    "Triggers of revalidation",
    "Performed by: name, role, date, signature",
    "Reviewed by: name, role, date, signature",
)
_CONCLUSIONS = {
    0: "Everything that was tried was found as expected.",
    1: "At least one result differs from what was expected. Do not rely on the tool until that is explained.",
    2: "At least one part could not be run, so this report is not complete.",
}
_LIMITS = (
    "The report evidences what the tool did on this machine on this day. Whether it is fit for the intended use "
    "is concluded by the company, in the lines at the end."
)
_RISK = (
    "Risk is severity of the effect times probability that nobody notices in time. The tests of the project that "
    "cover each function are listed in the JSON report."
)


def conclusion(result: Result) -> str:
    """What the self-test shows, in one or two sentences."""
    left_out = [part.title for part in result.parts if part.left_out]
    said = f" Left out as asked: {', '.join(left_out)}." if left_out else ""
    return _CONCLUSIONS[result.exit_code] + said


def as_json(result: Result) -> bytes:
    """The report for programs."""
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "tool": f"qmsdoc {__version__}",
        "made_at": result.made_at.isoformat(timespec="seconds"),
        "exit_code": result.exit_code,
        "conclusion": conclusion(result),
        "machine": {"system": platform.platform(), "architecture": platform.machine()},
        "environment": [part._asdict() for part in result.tools],
        "functions": [
            {**asdict(function), "risk": function.risk, "rows": rows, "as_expected": good}
            for function in result.functions
            for rows, good in [result.shown(function)]
        ],
        "parts": [
            {
                "title": part.title,
                "not_run": part.not_run,
                "rows": [{**asdict(row), "as_expected": row.as_expected} for row in part.rows],
            }
            for part in result.parts
        ],
        "for_the_company": dict.fromkeys(FOR_THE_COMPANY, ""),
    }
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def as_markdown(result: Result) -> str:
    """The report for people."""
    return "\n\n".join(
        [
            "# Self-test of qmsdoc",
            "## Result",
            conclusion(result),
            _summary(result),
            *_differences(result),
            _LIMITS,
            f"SHA-256 of the JSON report: {_hash(hashlib.sha256(as_json(result)).hexdigest())}.",
            "## Environment",
            f"Machine: {_text(platform.platform())}.",
            _table(("Part", "Version", "SHA-256"), ((p.name, p.version, _hash(p.sha256)) for p in result.tools)),
            "## Functions relied on",
            _RISK,
            _functions(result),
            *_parts(result),
            "## To be filled in by the company",
            _table(("Question", "Answer"), ((question, "…") for question in FOR_THE_COMPANY)),
        ]
    )


def write_pdf(result: Result, folder: Path, name: str) -> str:
    """Write the PDF into a folder; why there is none, or nothing. Raises ProgramError without pandoc or Typst."""
    body = as_markdown(result) + "\n"
    day = result.made_at.date().isoformat()
    job = Job(
        id="SELF-TEST",
        file=name,
        title="Self-test of qmsdoc",
        path="self-test.md",
        body=body,
        first_line=1,
        source=body.encode(),
        timestamp=int(result.made_at.timestamp()),
        type="Evidence for software validation",
        state="evidence",
        as_of=day,
        commit=f"qmsdoc {__version__}",
        facts=[
            ("Made at", result.made_at.isoformat(sep=" ", timespec="seconds")),
            ("Exit code", str(result.exit_code)),
        ],
    )
    return pdf.make([job], folder, workers=1)[0].error


def _summary(result: Result) -> str:
    rows = [
        (part.title, str(len(part.rows)), str(sum(row.as_expected for row in part.rows)), part.not_run or "run")
        for part in result.parts
    ]
    return _table(("Part", "Trials", "As expected", "Run"), rows)


def _differences(result: Result) -> list[str]:
    if not result.differences:
        return []
    found = ((row.name, row.expected, row.found) for row in result.differences)
    return ["## Differences", _table(("Trial", "Expected", "Found"), found)]


def _functions(result: Result) -> str:
    rows = []
    for function in result.functions:
        count, good = result.shown(function)
        told = f"{good} of {count}" if count else "by the tests of the project"
        why = f"{function.severity}, unnoticed: {function.unnoticed}"
        rows.append(
            (function.name, ", ".join(function.clauses), function.effect, f"{function.risk} ({why})", told)
        )
    return _table(("Function", "Serves", "Effect of a failure", "Risk", "As expected here"), rows)


def _parts(result: Result) -> Iterable[str]:
    for part in result.parts:
        yield f"## {part.title}"
        if part.not_run:
            yield f"Not run: {_text(part.not_run)}."
            continue
        rows = [(row.name, row.expected, row.found, "yes" if row.as_expected else "NO") for row in part.rows]
        yield _table(("Trial", "Expected", "Found", "As expected"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([_text(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _hash(digest: str) -> str:
    """A digest in groups, so that a narrow column can hold it."""
    return " ".join(digest[at : at + 16] for at in range(0, len(digest), 16))


def _text(value: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    marked = "".join(f"\\{c}" if c in "\\`*_[]<>|#&!~$" else c for c in value)
    return " ".join(marked.split())
