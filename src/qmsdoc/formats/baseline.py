"""A baseline: the findings of an old repository on the day it was taken over, so that only new ones fail.

JSON, sorted, one line a finding: by rule, file and message, never by line, which moves.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.diagnostics import Location, Waiver
from qmsdoc.formats.fingerprint import fingerprints

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qmsdoc.diagnostics import Findings

REASON = "in the baseline"


class BaselineError(ValueError):
    """A file is no baseline."""


class Held(NamedTuple):
    """Findings held against a baseline, and how many of the baseline are there no more."""

    findings: Findings
    gone: int


def write(findings: Findings) -> str:
    """The open findings as a baseline."""
    lines = {
        mark: f"{found.code} {found.location.path}: {found.message}"
        for mark, found in zip(fingerprints(findings.open), findings.open, strict=True)
    }
    return json.dumps({"findings": lines}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read(text: str) -> Mapping[str, str]:
    """The findings of a baseline by their fingerprint; raises BaselineError."""
    try:
        found = json.loads(text)["findings"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BaselineError(f"it is no baseline: {error}") from None
    if not isinstance(found, dict) or not all(isinstance(said, str) for said in found.values()):
        raise BaselineError("it is no baseline: `findings` holds no texts")
    return found


def held(findings: Findings, known: Mapping[str, str], path: str) -> Held:
    """Findings of which those in the baseline are accepted."""
    marks = dict(zip(map(id, findings.open), fingerprints(findings.open), strict=True))
    accepted, used = [], set()
    for found in findings.diagnostics:
        mark = marks.get(id(found), "")
        if mark in known:
            used.add(mark)
            accepted.append(replace(found, waiver=Waiver(found.code, REASON, Location(path), found.location.path)))
        else:
            accepted.append(found)
    return Held(replace(findings, diagnostics=accepted), len(known.keys() - used))
