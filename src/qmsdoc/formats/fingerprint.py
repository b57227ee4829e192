"""By what a forge recognises a finding again: rule, file and message, never the line, which moves."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qmsdoc.diagnostics import Diagnostic


def fingerprints(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """One for each finding, all different: of equal findings each has its number, because forges drop doubles."""
    seen: dict[str, int] = {}
    found = []
    for diagnostic in diagnostics:
        key = f"{diagnostic.code}\0{diagnostic.location.path}\0{diagnostic.message}"
        number = seen[key] = seen.get(key, 0) + 1
        found.append(hashlib.sha256(f"{key}\0{number}".encode(errors="surrogatepass")).hexdigest()[:32])
    return found
