"""TOML files of a repository: settings, persons, policy."""

from __future__ import annotations

import re
import tomllib
from typing import Any

MAX_SIZE = 256 * 1024  # bytes; some hundred persons with their roles have 30 KiB

_line = re.compile(r"at line (\d{1,9})").search


class NotToml(ValueError):
    """What a file is that cannot be read, such as `is not TOML: …`; `line` counts from 1."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def read_toml(text: str) -> dict[str, Any]:
    """The data of a file; raises NotToml."""
    if len(text.encode()) > MAX_SIZE:
        raise NotToml(f"is larger than {MAX_SIZE // 1024} KiB")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also for a number of more digits than Python reads
        line = _line(str(error))
        raise NotToml(f"is not TOML: {error}", int(line[1]) if line else 1) from None
