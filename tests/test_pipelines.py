"""The pipelines that `qmsdoc init` writes: what they may do, and their scripts run with a forge that is a file."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess  # noqa: TID251 - the steps are shell scripts
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from conftest import CAPA, CAPA_PATH, CONFIG, SOP, Repository, run
from qmsdoc import __version__
from qmsdoc.starter.surroundings import surroundings
from test_git import Clone

if TYPE_CHECKING:
    from collections.abc import Callable

FILES = surroundings(__version__)
GITHUB = yaml.safe_load(FILES[".github/workflows/qms.yml"])
GITLAB = yaml.safe_load(FILES[".gitlab-ci.yml"])

# Each keeps one issue in a file, and writes down what it was asked.
GH = """
name, body = sys.argv[1:3], None
if "--body-file" in sys.argv:
    body = open(sys.argv[sys.argv.index("--body-file") + 1]).read()
note(*sys.argv[1:])
if name == ["issue", "list"] and issue.exists():
    print(7)
elif name == ["issue", "close"]:
    assert sys.argv[3] == "7"
    issue.unlink()
elif name == ["issue", "edit"]:
    assert sys.argv[3] == "7" and issue.exists()
    issue.write_text(body)
elif name == ["issue", "create"]:
    assert not issue.exists()
    issue.write_text(body)
"""
CURL = """
url = next(word for word in sys.argv if word.startswith("https://"))
method = sys.argv[sys.argv.index("--request") + 1] if "--request" in sys.argv else "GET"
given = [sys.argv[i + 1] for i, word in enumerate(sys.argv) if "--data" in word]
data = dict(word.replace("@", "=@", 1).split("=", 1) for word in given)
assert sys.argv[sys.argv.index("--header") + 1] == "PRIVATE-TOKEN: secret" and "--fail" in sys.argv
text = data.pop("description", "").removeprefix("=")
note("POST" if method == "GET" and text else method, url, *sorted(data))
if method == "GET" and not text:
    print(json.dumps([{"iid": 7, "state": "opened"}] if issue.exists() else []))
elif data.get("state_event") == "close":
    issue.unlink()
else:
    assert url.endswith("/issues/7") == issue.exists()
    issue.write_text(open(text.removeprefix("@")).read())
"""
PROGRAM = """#!{python}
import json, pathlib, sys
here = pathlib.Path(__file__).parent
issue = here / "issue.md"
def note(*words):
    with (here / "asked").open("a") as file:
        file.write(" ".join(words) + "\\n")
{text}"""


class Runner:
    """A machine of a forge, on which a day can be chosen."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root, self.folder = root, folder
        folder.mkdir()
        program = Path(sys.executable).with_name("qmsdoc")
        self.install("qmsdoc", f'#!/bin/sh\nexec "{program}" --today "$DAY" "$@"\n')
        self.install("gh", PROGRAM.format(python=sys.executable, text=GH))
        self.install("curl", PROGRAM.format(python=sys.executable, text=CURL))
        (folder / "python").symlink_to(sys.executable)

    def install(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")
        (self.folder / name).chmod(0o755)

    def run(self, script: str, day: str = "2026-11-23", **environment: str) -> tuple[int, list[str]]:
        """The exit code of a script, and what the forge was asked by it."""
        asked = self.folder / "asked"
        asked.write_text("", encoding="utf-8")
        given = {
            "PATH": f"{self.folder}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.folder),
            "RUNNER_TEMP": str(self.folder),
            "DAY": day,
            **environment,
        }
        argv = [shutil.which("bash") or "bash", "--noprofile", "--norc", "-e", "-c", script]
        done = subprocess.run(argv, cwd=self.root, env=given, capture_output=True, text=True, check=False)
        self.said = done.stdout + done.stderr
        return done.returncode, asked.read_text(encoding="utf-8").splitlines()

    @property
    def issue(self) -> str | None:
        """The text of the issue, while it is open."""
        file = self.folder / "issue.md"
        return file.read_text(encoding="utf-8") if file.exists() else None


@pytest.fixture
def runner(repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """A machine with a QMS in which an action is to be done by 2026-12-01."""
    repository.sop()
    repository.write(CAPA_PATH, CAPA)
    return Runner(repository.root, tmp_path_factory.mktemp("machine") / "bin")


def on_github(runner: Runner, day: str) -> tuple[int, list[str]]:
    """The daily job on GitHub: its exit code, and which subcommands of `gh` it called."""
    (runner.folder / "due.md").unlink(missing_ok=True)
    code, asked = runner.run(GITHUB["jobs"]["due"]["steps"][-1]["run"], day)
    return code, [" ".join(line.split()[:2]) for line in asked]


def on_gitlab(runner: Runner, day: str, token: str = "secret") -> tuple[int, list[str]]:
    """The daily job on GitLab: its exit code, and what it asked."""
    (runner.root / "due.md").unlink(missing_ok=True)
    api = {"CI_API_V4_URL": "https://gitlab.example/api/v4", "CI_PROJECT_ID": "3", "QMS_ISSUE_TOKEN": token}
    code, asked = runner.run("\n".join(GITLAB["due"]["script"]), day, **api)
    return code, [line.replace("https://gitlab.example/api/v4/projects/3/", "") for line in asked]


LIST = "GET issues?labels=qms-due&state=opened&per_page=1"
FORGES = {
    "github": (on_github, "issue list", ["label create", "issue create"], "issue edit", "issue close"),
    "gitlab": (on_gitlab, LIST, ["POST issues labels title"], "PUT issues/7", "PUT issues/7 state_event"),
}


@pytest.mark.parametrize("forge", FORGES)
def test_one_issue_is_made_rewritten_and_closed(forge: str, runner: Runner) -> None:
    daily: Callable[[Runner, str], tuple[int, list[str]]]
    daily, listed, created, edited, closed = FORGES[forge]
    assert daily(runner, "2026-11-23") == (0, [listed, *created]), runner.said
    first = runner.issue
    assert first
    assert "\n| 2026-12-01 | `CAPA-001` |" in first
    assert daily(runner, "2026-11-24") == (0, [listed, edited]), runner.said
    assert runner.issue == first
    assert daily(runner, "2026-12-02") == (1, [listed, edited]), "what is late fails"
    assert runner.issue == first.replace("| 2026-12-01 |", "| late |")
    Repository(runner.root).write(CAPA_PATH, CAPA.replace("2026-12-01 | |", "2026-12-01 | 2026-11-23 |"))
    assert daily(runner, "2026-12-03") == (0, [listed, closed]), runner.said
    assert daily(runner, "2026-12-04") == (0, [listed]), runner.said
    assert runner.issue is None


@pytest.mark.parametrize("forge", FORGES)
def test_no_issue_is_touched_when_nobody_knows_what_is_due(forge: str, runner: Runner) -> None:
    daily, listed, _, edited, _ = FORGES[forge]
    daily(runner, "2026-11-23")
    Repository(runner.root).write("qmsdoc.toml", "[company")
    assert daily(runner, "2026-11-23") == (2, [])
    assert runner.issue
    repository = Repository(runner.root)
    repository.write("qmsdoc.toml", CONFIG)
    repository.write(CAPA_PATH, CAPA.replace("id: CAPA-001", "id: @"))
    assert daily(runner, "2026-11-23") == (1, [listed, edited])
    assert "Incomplete: 1 file could not be read" in runner.issue


def test_on_gitlab_there_is_a_file_where_no_token_is(runner: Runner) -> None:
    assert on_gitlab(runner, "2026-12-02", token="") == (1, [])
    assert "| late | `CAPA-001` |" in (runner.root / "due.md").read_text(encoding="utf-8")
    assert "due.md" in GITLAB["due"]["artifacts"]["paths"]


def steps(job: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = GITHUB["jobs"][job]["steps"]
    return found


def test_what_the_workflow_of_github_may_do() -> None:
    assert GITHUB["permissions"] == {"contents": "read"}
    assert GITHUB["jobs"]["due"]["permissions"] == {"contents": "read", "issues": "write"}
    assert "permissions" not in GITHUB["jobs"]["qms"]
    assert {"schedule", "pull_request", "push"} <= GITHUB[True].keys()  # `on` is a boolean to YAML 1.1
    every = [*steps("qms"), *steps("due")]
    used = [step["uses"] for step in every if "uses" in step]
    assert len(used) == 5
    assert [name for name in used if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", name)] == []
    assert [step["run"] for step in every if "${{" in step.get("run", "")] == []
    assert all(
        step["with"]["persist-credentials"] is False for step in every if "checkout" in step.get("uses", "")
    )


def test_every_command_in_the_pipelines_is_there(repository: Repository) -> None:
    repository.sop()
    for text in FILES.values():
        for name, rest in re.findall(r"^ *(?:- |- run: |run: )?qmsdoc ([a-z]+)(.*)$", text, re.MULTILINE):
            ran = run(name, "--help")
            assert ran.code == 0, name
            assert all(option in ran.out for option in re.findall(r"--[a-z-]+", rest)), rest


def test_a_pull_request_is_summed_up_and_a_broken_one_still_builds_and_fails(tmp_path: Path) -> None:
    git = Clone(tmp_path / "qms")
    repository = Repository(git.root)
    repository.write("qmsdoc.toml", CONFIG + "[site]\ndrafts = true\n")
    repository.sop()
    base = git.commit("Begin")
    repository.sop(SOP.replace("2. Approve.", "2. Approve<br>."))
    git.commit("Break")
    runner = Runner(git.root, tmp_path / "bin")
    summing = next(step for step in steps("qms") if "summary" in step.get("run", ""))
    assert summing["if"] == "github.event_name == 'pull_request'"
    told = tmp_path / "summary.md"
    assert runner.run(summing["run"], QMSDOC_BASE=base, GITHUB_STEP_SUMMARY=str(told))[0] == 0, runner.said
    assert told.read_text(encoding="utf-8").startswith(
        "### This change: 1 error in 1 document, as of 2026-11-23\n"
    )

    runner.install("qmsdoc", (runner.folder / "qmsdoc").read_text().replace("exec", 'echo "$1" >> "$0.log"\nexec'))
    script = "\n".join(GITLAB["qms"]["script"])
    merge = {"QMSDOC_BASE": base, "CI_MERGE_REQUEST_IID": "1"}
    assert runner.run(script, **merge)[0] == 1, runner.said
    assert (runner.folder / "qmsdoc.log").read_text().split() == ["summary", "validate", "build"]
    assert (git.root / "summary.md").read_text(encoding="utf-8") == told.read_text(encoding="utf-8")
    assert json.loads((git.root / "findings.json").read_text(encoding="utf-8"))
