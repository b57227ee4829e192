"""Evidence for the validation of qmsdoc: each function that a QMS relies on, its tests, and what came of them.

    python -m pytest --junitxml build/tests.xml
    python scripts/validation_evidence.py build/tests.xml [--output build/validation-evidence.md]

Exits 1 when a test that functions.yaml names did not run, was skipped, or failed.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

from qmsdoc.selftest.functions import Function, read_functions

BAD = ("failure", "error", "skipped")


def outcomes(report: Path) -> dict[str, Counter[str]]:
    """What came of each test, by `file.py::Class::test`; the cases of a parametrized test count together."""
    found: dict[str, Counter[str]] = {}
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - pytest wrote it just now
        outcome = next((bad for bad in BAD if case.find(bad) is not None), "passed")
        found.setdefault(_name(case), Counter())[outcome] += 1
    return found


def told(counts: Counter[str] | None) -> str:
    """`passed (12)`, or everything that came of a test and is no pass."""
    if not counts:
        return "did not run"
    wrong = [f"{outcome} ({counts[outcome]})" for outcome in BAD if counts[outcome]]
    return ", ".join(wrong) or f"passed ({counts['passed']})"


def table(functions: list[Function], found: dict[str, Counter[str]]) -> tuple[str, list[str]]:
    """The evidence as Markdown, and the tests that do not count."""
    lines = ["| Function | Serves | Risk | Test | Outcome |", "|---|---|---|---|---|"]
    wrong = []
    for function in functions:
        for test in function.tests:
            outcome = told(found.get(test))
            clauses = ", ".join(function.clauses)
            lines.append(f"| {function.name} | {clauses} | {function.risk} | `{test}` | {outcome} |")
            if not outcome.startswith("passed"):
                wrong.append(f"{test}: {outcome}")
    return "\n".join(lines) + "\n", list(dict.fromkeys(wrong))


def main() -> int:
    """Write the table and tell which tests do not count."""
    parser = argparse.ArgumentParser(description="Evidence for validation, from a report of pytest.")
    parser.add_argument("report", type=Path, help="what pytest wrote with --junitxml")
    parser.add_argument("--output", type=Path, help="the table as Markdown; default: standard output")
    given = parser.parse_args()
    functions = read_functions()
    text, wrong = table(functions, outcomes(given.report))
    if given.output:
        given.output.write_text(text, encoding="utf-8", newline="\n")
    else:
        sys.stdout.write(text)
    for line in wrong:
        sys.stderr.write(f"{line}\n")
    tests = {test for function in functions for test in function.tests}
    sys.stderr.write(f"{len(functions)} functions, {len(tests) - len(wrong)} of {len(tests)} tests passed\n")
    return 1 if wrong else 0


def _name(case: ET.Element) -> str:
    """`tests.test_x.TestY` and `test_z[1]` as `test_x.py::TestY::test_z`."""
    parts = case.get("classname", "").split(".")
    at = next((at for at, part in enumerate(parts) if part.startswith("test_")), len(parts) - 1)
    name = case.get("name", "").partition("[")[0]
    return "::".join([f"{parts[at]}.py", *parts[at + 1 :], name])


if __name__ == "__main__":
    sys.exit(main())
