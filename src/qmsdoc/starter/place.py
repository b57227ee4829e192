"""Where a new repository can be begun, and what is there already."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from qmsdoc.load import FOLDERS, NotARepository, find_root
from qmsdoc.scalars import id_from_name
from qmsdoc.starter.answers import AnswerError

if TYPE_CHECKING:
    from collections.abc import Iterable


def refuse(root: Path, paths: Iterable[str] = ()) -> None:
    """Raise AnswerError where no repository can be begun, or a folder that is needed is something else."""
    if root.exists() and not root.is_dir():
        raise AnswerError(f"{root} is a file", "name a folder; it is made where there is none")
    try:
        around = find_root(root.parent)
    except NotARepository:
        pass
    else:
        raise AnswerError(f"{root} lies inside the QMS {around}", "choose a folder outside it")
    for folder in sorted({parent for path in paths for parent in Path(path).parents}):
        if os.path.lexists(root / folder) and ((root / folder).is_symlink() or not (root / folder).is_dir()):
            raise AnswerError(f"{root / folder} is not a folder", "move it away; files of the QMS belong there")


def there(root: Path, files: Iterable[str]) -> list[str]:
    """Of these files, those that are there already: under their name, or under another with the same id."""
    ids = ids_in(root)
    return [
        path
        for path in files
        if os.path.lexists(root / path) or (_is_document(path) and id_from_name(path) in ids)
    ]


def ids_in(root: Path) -> set[str]:
    """The ids that the names of documents claim."""
    return {id_from_name(path.name) for folder in FOLDERS for path in (root / folder).rglob("*.md")} - {""}


def devices_in(root: Path, folder: str) -> dict[str, str]:
    """The ids of devices by the end of their file's name."""
    names = [path.name for path in sorted((root / folder).glob("*.md"))]
    return {name.removeprefix(found): found for name in names if (found := id_from_name(name))}


def _is_document(path: str) -> bool:
    return path.endswith(".md") and path.startswith(tuple(f"{folder}/" for folder in FOLDERS))
