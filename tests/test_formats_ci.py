"""Output formats that programs read: nothing in a document breaks one, and no finding is lost.

Their whole outputs are compared in `test_formats.py`.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import jsonschema
import pyromark
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from conftest import REPOSITORY, Repository
from qmsdoc.cli.validate import FindingsFormat
from qmsdoc.diagnostics import Diagnostic, Findings, Location, Severity, Waiver
from qmsdoc.formats import FORMATS, render
from qmsdoc.formats.fingerprint import fingerprints
from qmsdoc.formats.markdown import LIMIT
from qmsdoc.resources import data
from qmsdoc.rule import select
from test_formats import FINDINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

HOSTILE = [
    "@everyone",
    "a@b.com",
    "#12 !3 GH-4 deadbeef1",
    "https://evil.example",
    "www.evil.example",
    "www.`evil.example`",
    "`",
    "``` x `y",
    "`a``b`c|`d",
    "|",
    "\\|",
    "\\\\|",
    "ends in \\",
    "| --- | --- |",
    "</details><script>",
    "<!-- ",
    "<https://evil.example>",
    "[a](https://evil.example)",
    "![a](b)",
    "&lt;&#64;",
    "*x* _y_ ~~z~~ $z$ :tada:",
    "]]>",
    "<![CDATA[",
    "[[ATTACHMENT|/etc/passwd]]",
    "\"'",
    "\n\n# heading\n/close",
    "\r\n",
    "\x00\x08\x0b\x1b[2J\x7f\x85\x9b",
    "\u2028\u2029\u202e\ufeff",
    "\ufffe\uffff",
    "\udc80",
    "Größe 日本 🧪",
]
texts = some.lists(some.sampled_from(HOSTILE) | some.text(max_size=5), min_size=1, max_size=6).map("".join)
relative = texts.filter(lambda text: not text.startswith(("/", "./")))  # as every path in a finding is
waivers = some.builds(Waiver, some.just("QD013"), texts, some.builds(Location, relative))
diagnostics = some.builds(
    Diagnostic,
    some.sampled_from(["QD013", "QD101", "QD202"]),
    some.just("some-rule"),
    some.sampled_from(Severity),
    texts,
    some.builds(Location, relative, some.integers(1, 10**6), some.integers(1, 99)),
    some.none() | texts,
    waiver=some.none() | waivers,
)
many_kinds = some.lists(diagnostics, max_size=4)
WORST = [
    Diagnostic(
        "QD101",
        "unknown-document",
        severity,
        text,
        Location(text, 7),
        text,
        waiver=Waiver("QD101", text, Location(text)) if waived else None,
    )
    for severity, text, waived in zip(
        [*Severity] * len(HOSTILE),
        [*HOSTILE, *HOSTILE],
        [False] * len(HOSTILE) + [True] * len(HOSTILE),
        strict=False,
    )
]


def with_hostile(test: Any) -> Any:
    """All texts that are known to be difficult, and what hypothesis makes of them."""
    return example(WORST)(settings(deadline=None, max_examples=60)(given(many_kinds)(test)))


def of(found: Sequence[Diagnostic]) -> Findings:
    return replace(FINDINGS, diagnostics=found)


def many(count: int) -> Findings:
    """So many findings, waived ones among them, each in a place of its own."""
    kinds = FINDINGS.diagnostics
    return of(
        [
            replace(d, location=d.location._replace(line=n + 1))
            for n in range(count)
            for d in [kinds[n % len(kinds)]]
        ]
    )


def test_the_command_knows_every_format(repository: Repository) -> None:
    assert [choice.value for choice in FindingsFormat] == list(FORMATS)
    help_text = set(re.findall(r"[a-z]+", repository.run("validate", "--help").out))
    assert set(FORMATS) <= help_text
    guide = (REPOSITORY / "docs" / "formats.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z]+)` \|", guide, re.MULTILINE) == list(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_found_often_is_written_all_the_same(name: str) -> None:
    findings = many(10_000)
    text = render(name, findings)
    assert text == render(name, findings)
    assert len(text) > LIMIT / 2


@pytest.mark.parametrize("name", FORMATS)
@with_hostile
def test_every_output_can_be_written_as_utf_8(name: str, found: list[Diagnostic]) -> None:
    text = render(name, of(found))
    text.encode(errors="strict" if name not in {"json", "sarif"} else "backslashreplace")


# grouped


@with_hostile
def test_grouped_has_one_line_for_each_finding_and_file(found: list[Diagnostic]) -> None:
    lines = render("grouped", of(found)).splitlines()
    assert sum(line.startswith("  ") and bool(line.strip()) for line in lines) >= len(found)
    paths = len({d.location.path for d in found})
    assert len(lines) == len(found) + paths + max(0, paths - 1)


# jsonl


@with_hostile
def test_jsonl_has_the_findings_of_json_one_a_line(found: list[Diagnostic]) -> None:
    lines = render("jsonl", of(found)).splitlines()  # splits at U+0085 and U+2028 too
    whole = json.loads(render("json", of(found)))
    expected = [{"schema_version": whole["schema_version"], **d} for d in whole["diagnostics"]]
    assert [json.loads(line) for line in lines] == expected


def test_jsonl_lines_keep_to_the_schema_of_findings() -> None:
    schema = json.loads(data("schemas", "findings.schema.json").read_text(encoding="utf-8"))
    line = {"$ref": "#/$defs/diagnostic", "$defs": schema["$defs"]}
    for text in render("jsonl", FINDINGS).splitlines():
        jsonschema.Draft202012Validator(line).validate(json.loads(text))


# junit


def suite_of(findings: Findings) -> ET.Element:
    root = ET.fromstring(render("junit", findings).encode())
    (suite,) = root
    for element in (root, suite):
        assert int(element.attrib["tests"]) == len(suite)
        assert int(element.attrib["failures"]) == len(suite.findall("testcase/failure"))
        assert element.attrib["errors"] == "0"
    assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped"))
    return suite


@with_hostile
def test_junit_is_xml_whose_numbers_are_those_of_the_findings(found: list[Diagnostic]) -> None:
    findings = of(found)
    suite = suite_of(findings)
    open_codes = {d.code for d in findings.open}
    assert len(suite) == len({rule.code for rule in findings.rules} | {d.code for d in found})
    assert int(suite.attrib["failures"]) == len(open_codes)
    assert int(suite.attrib["skipped"]) == len({d.code for d in found} - open_codes)
    text = "\n".join(suite.itertext())
    assert len(re.findall(r":\d+:\d+: (?:waived )?(?:error|warning|info)\[QD\d+ [a-z-]+\] ", text)) == len(found)
    assert not re.search(r"\[\[ATTACHMENT\|.+?\]\]", text)


def test_junit_has_a_case_for_each_rule_with_all_its_findings(repository: Repository) -> None:
    repository.sop()
    suite = suite_of(repository.check())
    assert [case.attrib["name"][:5] for case in suite] == sorted(select([], []))
    assert all(len(case) == 0 for case in suite)
    cases = {case.attrib["name"]: case for case in suite_of(FINDINGS)}
    failure, waived = cases["QD013 raw-html"]
    assert (failure.tag, waived.tag) == ("failure", "system-out")
    assert failure.attrib == {"type": "error", "message": "1 finding: Raw HTML."}
    assert [child.tag for child in cases["QD105 broken-link"]] == ["skipped"]


def test_junit_shows_what_could_not_be_read_whatever_rules_were_chosen(repository: Repository) -> None:
    repository.write("sops/SOP-002-x.md", "# Nothing\n")
    suite = suite_of(repository.check(codes={"QD105"}))
    assert len(suite.findall("testcase/failure")) == 1
    assert len(suite) == 2


# gitlab

# What https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format asks for.
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string"},
            "check_name": {"type": "string", "pattern": "^QD[0-9]{3} [a-z-]+$"},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "additionalProperties": False,
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./|/)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "additionalProperties": False,
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


@with_hostile
def test_gitlab_keeps_to_its_shape_and_has_no_two_equal_fingerprints(found: list[Diagnostic]) -> None:
    issues = json.loads(render("gitlab", of([*found, *found])))
    jsonschema.Draft202012Validator(CODE_QUALITY).validate(issues)
    assert len({issue["fingerprint"] for issue in issues}) == len(found) * 2


def test_gitlab_has_every_finding_and_says_what_is_waived() -> None:
    issues = json.loads(render("gitlab", FINDINGS))
    jsonschema.Draft202012Validator(CODE_QUALITY).validate(issues)
    assert [issue["severity"] for issue in issues] == ["major", "major", "info", "info", "minor", "info"]
    assert [" (waived: " in issue["description"] for issue in issues] == [
        d.waiver is not None for d in FINDINGS.diagnostics
    ]


# fingerprints


def in_sarif(findings: Findings) -> list[str]:
    (run,) = json.loads(render("sarif", findings))["runs"]
    return [result["partialFingerprints"]["qmsdoc/v1"] for result in run["results"]]


def in_gitlab(findings: Findings) -> list[str]:
    return [issue["fingerprint"] for issue in json.loads(render("gitlab", findings))]


def test_formats_agree_on_fingerprints() -> None:
    assert in_sarif(FINDINGS) == in_gitlab(FINDINGS) == fingerprints(FINDINGS.diagnostics)


def test_a_finding_that_moved_keeps_its_fingerprint() -> None:
    """Code scanning and merge requests recognise a finding again although text above it has changed."""
    twice = [*FINDINGS.diagnostics, *FINDINGS.diagnostics]
    moved = [replace(d, location=Location(d.location.path, d.location.line + 7, 1), hint="x") for d in twice]
    assert fingerprints(twice) == fingerprints(moved)


def test_equal_findings_have_different_fingerprints() -> None:
    assert len(set(fingerprints([FINDINGS.diagnostics[0]] * 3))) == 3


@pytest.mark.parametrize(
    "other",
    [
        {"code": "QD102"},
        {"message": "`SOP-0O8` is not a document in this QMS"},
        {"location": Location("records/capa/CAPA-002.md", 12, 5, 12)},
    ],
)
def test_other_findings_have_other_fingerprints(other: dict[str, Any]) -> None:
    first = FINDINGS.diagnostics[0]
    assert fingerprints([first]) != fingerprints([replace(first, **other)])


# markdown


class Shown(HTMLParser):
    """What a forge makes of a comment: elements, cells of each row, and the text that is not code."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: set[str] = set()
        self.cells: list[int] = []
        self.attributes: list[Any] = []
        self.text = ""
        self.feed(pyromark.html(source, options=pyromark.Options.ENABLE_TABLES))
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[Any]) -> None:
        self.elements.add(tag)
        self.attributes += attrs
        if tag == "br":
            return
        self.open.append(tag)
        if tag in {"thead", "tr"} and self.open[-2:] != ["thead", "tr"]:
            self.cells.append(0)
        self.cells[-1:] = [number + (tag in {"td", "th"}) for number in self.cells[-1:]]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.elements.add(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        self.elements.add(decl)

    def handle_data(self, data: str) -> None:
        self.text += "\0" if "code" in self.open else data


@with_hostile
def test_markdown_makes_nothing_of_what_documents_say(found: list[Diagnostic]) -> None:
    findings = of(found)
    shown = Shown(render("markdown", findings))
    table = {"table", "thead", "tbody", "tr", "th", "td", "code", "br"}
    assert shown.elements <= table | {"h3", "p", "details", "summary"}
    assert not shown.attributes
    assert not re.search(r"[@#$&~^*_\[\]<>|\\`!]|://|www\.|:\w|\b[0-9a-f]{7}", shown.text)
    opened, waived = len(findings.open), len(found) - len(findings.open)
    rows = [4] * (opened + 1) * (opened > 0) + [5] * (waived + 1) * (waived > 0)
    assert shown.cells == rows


def test_markdown_is_not_longer_than_a_comment_may_be() -> None:
    findings = many(10_000)
    text = render("markdown", findings)
    assert LIMIT * 0.9 < len(text) <= LIMIT
    left = [
        int(number) for number in re.findall(r"^(\d+) findings left out, for want of room", text, re.MULTILINE)
    ]
    assert len(left) == 2
    assert sum(left) + text.count("\n| error |") + text.count("\n| warning |") + text.count("\n| info |") == 10_000
    assert "| info |" not in text.partition("<details>")[0], "what matters least is left out first"
    assert "| error |" in text.partition("<details>")[2], "waivers show beside ever so many findings"


def test_in_markdown_one_long_text_takes_no_place_of_others() -> None:
    long = [replace(d, message="@ " * 50_000, location=Location("|" * 5_000)) for d in FINDINGS.diagnostics]
    text = render("markdown", of(long))
    assert text.count("\n| ") == len(long) + 4
    assert "left out" not in text


def test_markdown_of_the_words_of_rules_is_easy_to_read() -> None:
    found = replace(
        FINDINGS.diagnostics[0],
        message="`review_every` isn't a number (12 or 24): it's `a|b`, see ISO 13485 4.2.4",
        hint=None,
        location=Location("a.md", 3),
    )
    row = (
        "| error | `a.md:3` | `review_every` isn't a number (12 or 24): it's `a\\|b`, see ISO 13485 4.2.4 | QD101"
    )
    assert row in render("markdown", of([found]))
