"""What stands around a QMS: continuous integration, owners of code, settings of editors and of git."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from qmsdoc import resources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qmsdoc.project import Document

_ATTRIBUTES = """\
# What is signed is bytes: the same on every system.
* text=auto eol=lf
*.pdf binary
*.png binary
*.jpg binary
*.jpeg binary
"""
_IGNORED = """\
/build/
/.venv/
"""
_EDITOR = """\
root = true

[*]
charset = utf-8
end_of_line = lf
insert_final_newline = true
trim_trailing_whitespace = true
indent_style = space
indent_size = 2
"""
OWNERS = "CODEOWNERS"


def surroundings(version: str) -> dict[str, str]:
    """Files by path that are the same for every company; CI installs the version of the tool."""
    settings = {
        "files.encoding": "utf8",
        "files.eol": "\n",
        "files.insertFinalNewline": True,
        "files.trimTrailingWhitespace": True,
        "files.exclude": {"build": True},
        "[markdown]": {"editor.wordWrap": "on"},
    }
    return {
        ".gitattributes": _ATTRIBUTES,
        ".gitignore": _IGNORED,
        ".editorconfig": _EDITOR,
        ".github/workflows/qms.yml": _pipeline("github.yml", version),
        ".gitlab-ci.yml": _pipeline("gitlab.yml", version),
        ".vscode/settings.json": json.dumps(settings, indent=2) + "\n",
    }


def _pipeline(name: str, version: str) -> str:
    return resources.data("starter", name).read_text(encoding="utf-8").replace("VERSION", version)


def owners(
    documents: Iterable[tuple[str, Document]], trust: Sequence[str], accounts: Mapping[str, str]
) -> dict[str, str]:
    """`CODEOWNERS` for the documents whose owner has an account, and for trust; no file where nobody has one.

    documents: with the path of each. trust: the roles that sign changes of trust.
    """
    guards = " ".join(dict.fromkeys(accounts[role] for role in trust if role in accounts))
    lines = [f"/{path} {guards}\n" for path in ("trust/", "qmsdoc.toml", ".github/", ".gitlab-ci.yml") if guards]
    lines += sorted(
        f"/{path} {accounts[document.text('owner')]}\n"
        for path, document in documents
        if document.text("owner") in accounts
    )
    note = (
        "# Who is asked to review a change of a file. What puts a document in force is trust/policy.toml alone.\n"
    )
    return {OWNERS: note + "".join(lines)} if lines else {}
