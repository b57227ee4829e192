"""JUnit XML, for Jenkins, GitLab and viewers of test results: one test case a rule, so that passes show too.

A rule with open findings fails, one with waived findings only is skipped. There are no times in it: the same
findings make the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from qmsdoc.formats.concise import line
from qmsdoc.formats.summary import plural
from qmsdoc.formats.text import one_line

if TYPE_CHECKING:
    from qmsdoc.diagnostics import Diagnostic, Findings

# XML 1.0 forbids them as it forbids control characters, which `visible` has replaced.
_NOT_XML = str.maketrans({"\ufffe": r"\u{fffe}", "\uffff": r"\u{ffff}"})


def render(findings: Findings) -> str:
    """The rules that ran, and those of findings that count whatever ran, in the order of their codes."""
    rules = {rule.code: (rule.name, rule.summary) for rule in findings.rules}
    found: dict[str, list[Diagnostic]] = {}
    for diagnostic in findings.diagnostics:
        rules.setdefault(diagnostic.code, (diagnostic.name, diagnostic.name))
        found.setdefault(diagnostic.code, []).append(diagnostic)
    suite = ET.Element("testsuite", name="qmsdoc")
    for code, (name, summary) in sorted(rules.items()):
        case = ET.SubElement(suite, "testcase", classname="qmsdoc.validate", name=f"{code} {name}", time="0")
        _fill(case, found.get(code, []), summary)
    counts = {
        "tests": str(len(suite)),
        "failures": str(len(suite.findall("testcase/failure"))),
        "errors": "0",
        "time": "0",
    }
    suite.attrib |= counts | {"skipped": str(len(suite.findall("testcase/skipped")))}
    root = ET.Element("testsuites", {"name": "qmsdoc", **counts})
    root.append(suite)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _fill(case: ET.Element, found: list[Diagnostic], summary: str) -> None:
    opened = [d for d in found if not d.waiver]
    waived = "\n".join(f"{line(d)} ({one_line(d.waiver.reason)})" for d in found if d.waiver)
    if opened:
        severity = min((d.severity for d in opened), key=lambda severity: severity.rank).value
        message = f"{plural(len(opened), 'finding')}: {summary}"
        ET.SubElement(case, "failure", type=severity, message=message).text = _xml("\n".join(map(_lines, opened)))
        if waived:
            ET.SubElement(case, "system-out").text = _xml(waived)
    elif waived:
        ET.SubElement(case, "skipped", message=plural(len(found), "waived finding")).text = _xml(waived)


def _lines(diagnostic: Diagnostic) -> str:
    return f"{line(diagnostic)}\n  help: {one_line(diagnostic.hint)}" if diagnostic.hint else line(diagnostic)


def _xml(text: str) -> str:
    """Only what XML can hold, and no tag by which Jenkins and GitLab attach files to a result."""
    return text.translate(_NOT_XML).replace("[[ATTACHMENT|", "[[ATTACHMENT |")
