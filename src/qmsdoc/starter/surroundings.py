"""What stands around a QMS: continuous integration, owners of code, settings of editors and of git."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

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
# Each action by the commit of a release, so that nobody can put another one in its place.
_GITHUB = """\
name: QMS

on:
  push:
    branches: [main]
  pull_request:
  schedule:
    - cron: "17 4 * * *" # once a day: reviews become due and dates pass without any change
  workflow_dispatch:

permissions:
  contents: read

jobs:
  qms:
    runs-on: ubuntu-24.04
    timeout-minutes: 20
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          fetch-depth: 0
          persist-credentials: false
      - uses: actions/setup-python@a26af69be951a213d495a4c3e4e4022e16d87065 # v5.6.0
        with:
          python-version: "3.12"
      - run: python -m pip install "qmsdoc[site]==VERSION"
      # A merge fails by what it changes; what time brings about elsewhere fails the daily run.
      - run: qmsdoc validate --output-format github
        env:
          QMSDOC_BASE: ${{ github.base_ref && format('origin/{0}', github.base_ref) }}
      - run: qmsdoc build --output build/site
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        with:
          name: handbook
          path: build/site
"""
_GITLAB = """\
# The daily run is made under Build, Pipeline schedules: reviews become due and dates pass without any change.
qms:
  image: python:3.12-bookworm
  variables:
    GIT_DEPTH: "0"
    # A merge fails by what it changes; what time brings about elsewhere fails the daily run.
    QMSDOC_BASE: $CI_MERGE_REQUEST_DIFF_BASE_SHA
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  before_script:
    - python -m pip install "qmsdoc[site]==VERSION"
  script:
    - qmsdoc validate --output-format gitlab --output-file findings.json
    - qmsdoc build --output build/site
  artifacts:
    when: always
    paths: [build/site]
    reports:
      codequality: findings.json
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
        ".github/workflows/qms.yml": _GITHUB.replace("VERSION", version),
        ".gitlab-ci.yml": _GITLAB.replace("VERSION", version),
        ".vscode/settings.json": json.dumps(settings, indent=2) + "\n",
    }


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
