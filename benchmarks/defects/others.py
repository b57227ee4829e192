"""The same seeded defects under other validators, where they are installed: what each says that is new.

    python -m pip install yamllint check-jsonschema pymarkdownlnt
    python benchmarks/defects/others.py

Each sees the file of the defect alone, before and after: yamllint the front matter, check-jsonschema the front
matter against the schema that qmsdoc writes for its type, PyMarkdown the whole. A defect counts as found where a
message is new, wherever it points; that favours them, for the runner of qmsdoc asks for the line.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess  # noqa: TID251 - other validators are run
import sys
import tempfile
from collections import Counter
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import TYPE_CHECKING

from run import CLEAN, Defect, defects

if TYPE_CHECKING:
    from collections.abc import Callable

RELAXED = "{extends: relaxed, rules: {line-length: disable}}"
_type = re.compile(r"^type: *([\w-]+)", re.MULTILINE).search
_place = re.compile(r"^.*?:\d+:\d+:? ", re.MULTILINE)


def program(name: str) -> str:
    """The program beside this Python, or on the path; empty where there is none."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.is_file() else shutil.which(name) or ""


def said(*command: str) -> str:
    """What a program prints."""
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120).stdout


def front_matter(text: str, folder: Path) -> Path | None:
    """The front matter as a file of its own."""
    head, mark, _ = text.removeprefix("---\n").partition("\n---")
    if not mark:
        return None
    path = folder / "front.yaml"
    path.write_text(head + "\n", encoding="utf-8")
    return path


def yamllint(text: str, folder: Path) -> Counter[str]:
    """Lint of the front matter."""
    path = front_matter(text, folder)
    found = said(program("yamllint"), "-f", "parsable", "-d", RELAXED, str(path)) if path else ""
    return Counter(_place.sub("", found).splitlines())


def check_jsonschema(text: str, folder: Path) -> Counter[str]:
    """The front matter against the schema of its type."""
    path, name = front_matter(text, folder), _type(text)
    schema = CLEAN / "schemas" / f"{name[1] if name else ''}.schema.json"
    if path is None or not schema.is_file():
        return Counter()
    told = json.loads(
        said(program("check-jsonschema"), "-o", "json", "--schemafile", str(schema), str(path)) or "{}"
    )
    errors = [*told.get("errors", ()), *told.get("parse_errors", ())]
    return Counter(f"{error.get('path', '')} {error.get('message', error)}" for error in errors)


def pymarkdown(text: str, folder: Path) -> Counter[str]:
    """Lint of the Markdown."""
    path = folder / "document.md"
    path.write_text(text, encoding="utf-8")
    found = said(program("pymarkdown"), "--set", "extensions.front-matter.enabled=$!True", "scan", str(path))
    return Counter(_place.sub("", found).splitlines())


TOOLS: dict[str, Callable[[str, Path], Counter[str]]] = {
    "yamllint": yamllint,
    "check-jsonschema": check_jsonschema,
    "pymarkdown": pymarkdown,
}


def is_found(tool: Callable[[str, Path], Counter[str]], defect: Defect) -> bool:
    """Whether a tool says something of the file with the defect that it does not say of the clean one."""
    if not defect.file.endswith(".md") or defect.delete:
        return False
    with tempfile.TemporaryDirectory(prefix="defects-") as scratch:
        folder, original = Path(scratch), CLEAN / defect.file
        before = original.read_text(encoding="utf-8") if original.is_file() else ""
        copy = folder / defect.file
        copy.parent.mkdir(parents=True)
        if before:
            shutil.copy(original, copy)
        defect.apply(folder)
        after = copy.read_text(encoding="utf-8")
        return bool(tool(after, folder) - (tool(before, folder) if before else Counter()))


def main() -> int:
    """A line a tool."""
    seeded = defects("defects")
    for name, tool in TOOLS.items():
        if not program(name):
            print(f"{name}: not installed")
            continue
        with ThreadPool() as pool:
            found = pool.starmap(is_found, [(tool, defect) for defect in seeded])
        ids = ", ".join(defect.id for defect, hit in zip(seeded, found, strict=True) if hit)
        print(f"{name}: {sum(found)} of {len(seeded)} found ({sum(found) / len(seeded):.0%}): {ids}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
