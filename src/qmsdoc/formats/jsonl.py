"""JSON Lines for programs: one finding a line, with the fields that it has in JSON, and `schema_version`.

All that is not ASCII is escaped: some readers also end a line at U+0085 or U+2028.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from qmsdoc.formats.json import SCHEMA_VERSION, diagnostic_data

if TYPE_CHECKING:
    from qmsdoc.diagnostics import Findings


def render(findings: Findings) -> str:
    """All findings; nothing where there are none."""
    lines = ({"schema_version": SCHEMA_VERSION, **diagnostic_data(d)} for d in findings.diagnostics)
    return "".join(f"{json.dumps(line)}\n" for line in lines)
