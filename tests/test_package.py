"""The wheel, installed into an empty environment, holds all it needs: the model QMS, the schemas, the commands."""

from __future__ import annotations

import json
import shutil
import subprocess  # noqa: TID251 - a package is tested from outside
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from conftest import REPOSITORY, TODAY
from qmsdoc import __version__

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as hatchling builds it from this checkout."""
    from hatchling.builders.wheel import WheelBuilder

    folder = tmp_path_factory.mktemp("dist")
    (built,) = WheelBuilder(str(REPOSITORY)).build(directory=str(folder), versions=["standard"])
    return folder / built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel's files and, by a path, the libraries of this one; nothing is downloaded."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    venv.create(folder, with_pip=False, symlinks=sys.platform != "win32")
    paths = sysconfig.get_paths(scheme="venv", vars={"base": str(folder), "platbase": str(folder)})
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(paths["purelib"])
    libraries = "\n".join(sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}))
    # Our own package comes first on the path; a .pth of a checkout in the other environment is not followed.
    Path(paths["purelib"], "libraries.pth").write_text(libraries, encoding="utf-8")
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def qmsdoc(python: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [python, "-I", "-m", "qmsdoc", "--today", TODAY.isoformat(), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8")


def test_it_is_the_installed_one(python: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [python, "-I", "-c", "import qmsdoc; print(qmsdoc.__file__, qmsdoc.__version__)"],
        cwd=tmp_path, capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    path, version = done.stdout.split()
    assert str(REPOSITORY) not in path
    assert version == __version__


def test_what_is_in_it(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "qmsdoc/py.typed" in names
    assert "qmsdoc/data/schemas/findings.schema.json" in names
    assert "qmsdoc/data/model/qmsdoc.toml" in names
    assert "qmsdoc/data/model/mkdocs.yml" in names
    assert "qmsdoc/data/model/trust/people.toml" in names
    assert "qmsdoc/data/model/schemas/sop.schema.json" in names
    for folder in ("sops", "records", "templates"):
        for file in (REPOSITORY / folder).rglob("*.md"):
            assert f"qmsdoc/data/model/{file.relative_to(REPOSITORY).as_posix()}" in names
    assert not [name for name in names if "test" in name.split("/")[0] or name.endswith((".pyc", ".orig"))]
    (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
    text = zipfile.ZipFile(wheel).read(metadata).decode()
    assert "License-Expression: Apache-2.0" in text
    assert "Provides-Extra: all" in text
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]


def test_a_company_can_begin_from_it(python: Path, tmp_path: Path) -> None:
    """The model QMS is found in the wheel; it passes, and a document begun from its forms reports what is open."""
    found = subprocess.run(
        [python, "-I", "-c", "from qmsdoc.resources import model; print(model())"],
        cwd=tmp_path, capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    model = found.stdout.strip()
    assert str(REPOSITORY) not in model
    company = tmp_path / "company"
    shutil.copytree(model, company)
    passed = qmsdoc(python, company, "validate")
    assert (passed.returncode, passed.stdout) == (0, ""), passed.stderr
    begun = qmsdoc(python, company, "new", "sop", "--title", "Cleaning of returned devices")
    assert begun.returncode == 0, begun.stderr
    assert begun.stdout.endswith("-cleaning-of-returned-devices.md\n")
    assert qmsdoc(python, company, "validate").returncode == 0
    complaint = qmsdoc(python, company, "new", "complaint", "--title", "Alarm", "--blank")
    assert complaint.returncode == 0, complaint.stderr
    failed = qmsdoc(python, company, "validate", "--output-format", "json")
    assert failed.returncode == 1
    codes = [finding["code"] for finding in json.loads(failed.stdout)["diagnostics"]]
    assert set(codes) == {"QD007"}
