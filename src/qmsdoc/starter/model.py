"""The model QMS as it comes with the tool: its documents, their texts, its roles and settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qmsdoc import resources
from qmsdoc.load import COMPANY_FRAMEWORKS, load
from qmsdoc.own_framework import read_framework

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from qmsdoc.project import Project

FOLDERS = ("sops", "templates", "records")
PEOPLE, POLICY = "trust/people.toml", "trust/policy.toml"


@dataclass(frozen=True)
class Model:
    """The model QMS. `files` are the bytes by path of all that a repository can be started from.

    Of `trust/` only the list of people and the policy are here: its states, keys and approvals are nobody else's.
    """

    project: Project
    files: Mapping[str, bytes]

    def text(self, path: str) -> str:
        """A file as text."""
        return self.files[path].decode()

    @property
    def frameworks(self) -> dict[str, str]:
        """The files of the frameworks that the tool does not bring, by the name of the framework."""
        paths = [path for path in self.files if path.startswith(f"{COMPANY_FRAMEWORKS}/")]
        read = {path: read_framework(self.files[path], path)[0] for path in paths}
        return {catalog.framework: path for path, catalog in read.items() if catalog}


def read_model(root: Path | None = None) -> Model:
    """Read the model QMS of the tool, or the one in a folder."""
    root = root or resources.model()
    project, _ = load(root, acts=())
    paths = [path for folder in (*FOLDERS, COMPANY_FRAMEWORKS) for path in (root / folder).rglob("*")]
    paths += [root / name for name in (PEOPLE, POLICY, "qmsdoc.toml", "mkdocs.yml")]
    return Model(
        project, {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(paths) if _kept(path)}
    )


def _kept(path: Path) -> bool:
    """Whether a file belongs to the model: not what an editor or a system leaves behind."""
    return path.is_file() and not path.name.startswith(".") and not path.name.endswith("~")
