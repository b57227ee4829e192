"""What other repositories take from this one for CI: the action, the file for GitLab, the pre-commit hook."""

from __future__ import annotations

import os
import re
import shutil
import subprocess  # noqa: TID251 - the steps are shell scripts
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from conftest import REPOSITORY, SOP
from qmsdoc import __version__

if TYPE_CHECKING:
    from conftest import Repository


def test_every_action_is_named_by_its_commit() -> None:
    steps = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    used = [step["uses"] for step in steps if "uses" in step]
    assert used
    assert [name for name in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", name)] == []


def test_no_input_stands_in_a_script() -> None:
    """What somebody else may choose reaches a shell as a variable only."""
    steps = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []


def test_the_steps_of_the_action_gate(repository: Repository, tmp_path: Path) -> None:
    steps = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    summary = tmp_path / "summary.md"
    bash = shutil.which("bash") or "bash"
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "FAIL_ON": "error",
        "QMSDOC_BASE": "",
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    for text, code in ((SOP, 0), (SOP.replace("2. Approve.", "2. Approve<br>."), 1)):
        repository.sop(text)
        argv = [bash, "--noprofile", "--norc", "-eo", "pipefail", "-c", steps[-1]["run"]]
        done = subprocess.run(
            argv, cwd=repository.root, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stderr
        assert ("::error file=sops/" in done.stdout) is bool(code)
    assert "QD013" in summary.read_text(encoding="utf-8")


def test_the_file_for_gitlab_installs_this_version() -> None:
    inputs, jobs = yaml.safe_load_all((REPOSITORY / "ci/gitlab.yml").read_text(encoding="utf-8"))
    assert inputs["spec"]["inputs"]["version"]["default"] == __version__
    assert jobs["qmsdoc"]["script"][-1] == "qmsdoc validate"


def test_the_hook_is_one_that_pre_commit_takes() -> None:
    from pre_commit.clientlib import load_manifest

    (hook,) = load_manifest(str(REPOSITORY / ".pre-commit-hooks.yaml"))
    assert hook["entry"].split()[:2] == ["qmsdoc", "validate"]
    named = re.compile(hook["files"]).search
    assert named("sops/documents/SOP-001-x.md")
    assert named("qmsdoc.toml")
    assert not named("README.md")
