"""SARIF 2.1.0 (OASIS), for code scanning: every rule that ran, every finding, waivers as suppressions."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from qmsdoc import __version__
from qmsdoc.diagnostics import Diagnostic, RuleInfo, Severity

if TYPE_CHECKING:
    from qmsdoc.diagnostics import Findings

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(findings: Findings) -> str:
    """One run with its rules and results."""
    index = {rule.code: position for position, rule in enumerate(findings.rules)}
    seen: dict[str, int] = {}
    run = {
        "tool": {
            "driver": {
                "name": "qmsdoc",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in findings.rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"ROOT": {"description": {"text": "The root of the QMS repository."}}},
        "results": [_result(d, index, seen) for d in findings.diagnostics],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: RuleInfo) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "help": {"text": rule.explanation, "markdown": rule.explanation},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": list(rule.clauses), "depends": rule.depends},
    }


def _result(diagnostic: Diagnostic, index: dict[str, int], seen: dict[str, int]) -> dict[str, Any]:
    place = diagnostic.location
    region: dict[str, int] = {"startLine": place.line, "startColumn": place.column}
    if place.end_column:
        region["endColumn"] = place.end_column
    text = f"{diagnostic.message}. {diagnostic.hint}" if diagnostic.hint else diagnostic.message
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(place.path, errors="backslashreplace"), "uriBaseId": "ROOT"},
                    "region": region,
                }
            }
        ],
        "partialFingerprints": {"qmsdoc/v1": _fingerprint(diagnostic, seen)},
    }
    if diagnostic.code in index:
        result["ruleIndex"] = index[diagnostic.code]
    if diagnostic.waiver:
        kind = "inSource" if diagnostic.waiver.location.path == place.path else "external"
        result["suppressions"] = [{"kind": kind, "justification": diagnostic.waiver.reason}]
    return result


def _fingerprint(diagnostic: Diagnostic, seen: dict[str, int]) -> str:
    """Rule, file and message, not the line, so that a finding stays the same when text above it changes."""
    key = f"{diagnostic.code}\0{diagnostic.location.path}\0{diagnostic.message}"
    number = seen[key] = seen.get(key, 0) + 1
    return hashlib.sha256(f"{key}\0{number}".encode()).hexdigest()[:32]
