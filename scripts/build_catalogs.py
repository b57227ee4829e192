"""Make the JSON catalogues from their YAML sources: `python scripts/build_catalogs.py [--check]`.

The package reads JSON, because a catalogue loads from it many times faster than from YAML. The output depends
on nothing but the sources, and each catalogue is read back before it is written.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import yaml

from qmsdoc.catalog import DATA, INDEX, read_catalog

if TYPE_CHECKING:
    from pathlib import Path

HEAD = ("framework", "edition", "name", "form", "aliases")
OPTIONAL = ("classes", "wordings")


def build(folder: Path = DATA) -> dict[str, str]:
    """The JSON files by name, made from the YAML files of a folder; raises ValueError with the name."""
    files: dict[str, str] = {}
    index: list[dict[str, Any]] = []
    for source in sorted(folder.glob("*.yaml")):
        data = yaml.safe_load(source.read_text(encoding="utf-8"))
        try:
            read_catalog(data)
        except ValueError as error:
            raise ValueError(f"{source.name}: {error}") from None
        name = f"{source.stem}.json"
        files[name] = _compact(data)
        optional = {key: data[key] for key in OPTIONAL if key in data}
        index.append({key: data[key] for key in HEAD} | {"file": name} | optional)
    files[INDEX] = _compact(index)
    for source in sorted(folder.glob("*/*.yaml")):  # what is known beside the clauses: crosswalk, changes
        data = yaml.safe_load(source.read_text(encoding="utf-8"))
        files[f"{source.parent.name}/{source.stem}.json"] = _compact(data)
    return files


def stale(folder: Path = DATA) -> list[str]:
    """The names of JSON files that are missing, differ from their source, or have none."""
    files = build(folder)
    found = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.json")
    }
    return sorted(name for name in files.keys() | found.keys() if files.get(name) != found.get(name))


def _compact(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` say which are stale; the exit code is 1 if one is."""
    if "--check" in arguments:
        names = stale()
        sys.stdout.writelines(f"stale: {name}\n" for name in names)
        return 1 if names else 0
    for name, text in build().items():
        (DATA / name).write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
