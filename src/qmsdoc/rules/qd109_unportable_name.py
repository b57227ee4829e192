"""A file name that not every system can hold, or two that some systems take for one.

**What.** Two names that differ only in capitals or in how an accent is written; names that Windows keeps for
devices (`CON.md`, `nul.pdf`), that end with a dot or a blank, or hold one of `<>:"|?*` and the backslash; accents
written as characters of their own; paths of more than 200 characters.

**Why.** On another machine one of two files is lost, or the checkout fails, and with it the documents that are
needed there (ISO 13485 4.2.4 d)).

**Wrong.** `SOP-003/Form.pdf` and `SOP-003/form.pdf`

**Right.** `SOP-003/form.pdf` and `SOP-003/form-b.pdf`
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Location, Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 d)",), waivable=False)

LONGEST_PATH = 200  # characters; Windows has 260 for the whole path, with the folder of the checkout
_device = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³]) *(\..*)?", re.IGNORECASE).fullmatch
_never_on_windows = re.compile(r'[<>:"|?*\\]').search


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """Each file or folder once, at the first file that has the name."""
    project = context.project
    ids = {path: document.id for path, document in project.by_path.items()}
    first: dict[str, str] = {}
    for path, file in _named(project.files):
        if why := _why(path):
            yield Problem(Location(file), why, "rename it")
        other = first.setdefault(unicodedata.normalize("NFC", path).casefold(), path)
        if other != path and (path not in ids or ids[path] != ids.get(other)):  # of one id, the copy is QD102's
            message = f"on Windows and macOS `{path}` is the same name as `{other}`"
            yield Problem(Location(file), message, "rename one of them")


def _named(files: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Every file and folder, with the first file that lies there."""
    seen = set()
    for file in sorted(files):
        parts = file.split("/")
        for path in ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1)):
            if path not in seen:
                seen.add(path)
                yield path, file


def _why(path: str) -> str | None:
    """Why a name cannot be held everywhere; None for one that can."""
    name = path.rpartition("/")[2]
    if _device(name) or name.endswith((".", " ")) or _never_on_windows(name):
        return f"`{name}` cannot be a name on Windows"
    if not name.isascii() and not unicodedata.is_normalized("NFC", name):
        return f"an accent in `{name}` stands beside its letter, and other systems write it otherwise"
    if len(path) > LONGEST_PATH >= len(path) - len(name) - 1:
        return f"this path has more than {LONGEST_PATH} characters"
    return None
