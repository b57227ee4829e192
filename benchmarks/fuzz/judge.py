"""Runs one input in a process of its own, with limits that cannot be talked away, and measures it."""

from __future__ import annotations

import gc
import os
import re
import resource
import shutil
import signal
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import bodies
import families
import heads
import mutants
import settings
import signed
import surfaces
import tables
import units

SECONDS = 5.0  # of processor time, so that a busy machine raises no false alarm; more where a machine is slower
REFERENCE = 0.018  # seconds that `_effort` takes on the machine for which the limit holds: Python 3.11, 2023
PATIENCE = 60.0  # seconds by the clock, for what waits and does nothing
MEMORY = 512  # MiB of resident memory, the program's own included
ADDRESSES = 8 * 2**30  # bytes of address space, so that one input cannot take the machine down
PARTS = ("qmsdoc.toml", "records", "schemas", "sops", "templates", "trust")


@dataclass(frozen=True)
class Verdict:
    """What came of an input: seconds of processor time, MiB of resident memory at the peak, and what was wrong."""

    family: str
    seed: int
    size: int
    seconds: float
    memory: float
    wrong: str = ""

    def __str__(self) -> str:
        """One line."""
        again = f"--seed {self.seed} --size {self.size} --only {self.family}"
        told = f"{self.seconds:6.2f} s {self.memory:5.0f} MiB  {self.family}"
        return f"{told}  WRONG: {self.wrong}\n    again: {again}" if self.wrong else told


@cache
def limit() -> float:
    """Seconds that an input may take on this machine."""
    return SECONDS * max(1.0, min(_effort() for _ in range(5)) / REFERENCE)


def _effort() -> float:
    """Seconds of processor time for work such as the readers do."""
    started = time.process_time()
    text = "| `word` [text](there.md) and *more* |\n" * 5_000
    words = Counter(match[0] for match in re.finditer(r"\w+", text))
    assert sum(words[word] for word in sorted(words)) == 30_000
    return time.process_time() - started


def register() -> None:
    """Know every family, and have imported what they run."""
    for module in (bodies, heads, settings, tables, mutants, signed):
        module.register()
    for name in units.UNITS:
        family = families.FAMILIES[name]
        families.add(f"page-{name}", family.make, surface="page")
    surfaces.prepare()


def judge(name: str, seed: int, size: int) -> Verdict:
    """Make an input, put it into a repository, and run what it is for."""
    family = families.FAMILIES[name]
    with tempfile.TemporaryDirectory(prefix="fuzz-") as scratch:
        root = Path(scratch) / "qms"
        made, *_ = _child(lambda: _lay(family, seed, size, root), Path(scratch) / "errors", limited=False)
        if made:
            raise RuntimeError(f"the input {name} {seed} {size} could not be made: {made}")
        work = surfaces.SURFACES[family.surface]
        given = dict.fromkeys((root / "INPUT").read_text(encoding="utf-8").split("\n"), b"")
        (root / "INPUT").unlink()
        found = {path: b"\0" * (root / path).stat().st_size for path in given}
        wrong, seconds, memory = _child(lambda: work(root, found), Path(scratch) / "errors")
    if not wrong and seconds > limit():
        wrong = f"more than {limit():.1f} s"
    if not wrong and memory > MEMORY:
        wrong = f"more than {MEMORY} MiB"
    return Verdict(name, seed, size, seconds, memory, wrong)


def smallest(verdict: Verdict) -> Verdict:
    """The same with the smallest size at which something is still wrong."""
    while verdict.size > families.KIB // 4:
        smaller = judge(verdict.family, verdict.seed, verdict.size // 2)
        if not smaller.wrong:
            break
        verdict = smaller
    return verdict


def keep(verdict: Verdict, folder: Path) -> Path:
    """Write the files of an input."""
    target = folder / f"{verdict.family}-{verdict.seed}-{verdict.size}"
    for path, data in families.files(verdict.family, verdict.seed, verdict.size).items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(data)
    return target


def _lay(family: families.Family, seed: int, size: int, root: Path) -> None:
    """A repository with the input in it, and the list of its files."""
    _copy(signed.folder() if family.base == "signed" else mutants.CLEAN, root)
    made = families.files(family.name, seed, size)
    for path, data in made.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)  # it shares its bytes with the repository that was copied
        file.write_bytes(data)
    (root / "INPUT").write_text("\n".join(made), encoding="utf-8")


def _copy(source: Path, root: Path) -> None:
    """Copy a QMS by hard links where the file system has them."""
    root.mkdir()
    for part in (*PARTS, "approvals"):
        if (source / part).is_dir():
            shutil.copytree(source / part, root / part, copy_function=_link)
        elif (source / part).exists():
            _link(source / part, root / part)


def _link(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy(source, target)


def _child(work: object, errors: Path, *, limited: bool = True) -> tuple[str, float, float]:
    """Do something in a forked copy: what was wrong, seconds of processor time, MiB at the peak."""
    gc.collect()
    process = os.fork()
    if not process:
        _work(work, errors, limited=limited)
    started = time.monotonic()
    while True:
        ended, status, used = os.wait4(process, os.WNOHANG)
        if ended:
            break
        if time.monotonic() - started > PATIENCE:
            os.kill(process, signal.SIGKILL)
        time.sleep(0.005)
    seconds = used.ru_utime + used.ru_stime
    told = _last_words(errors)
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        told = f"more than {limit():.1f} s" if name in {"SIGXCPU", "SIGKILL"} else f"ended by {name}"
    elif not os.WEXITSTATUS(status):
        told = ""
    return told, seconds, used.ru_maxrss / 1024


def _last_words(errors: Path) -> str:
    """The line of a traceback that says what it was; that of the program itself where it caught it."""
    lines = errors.read_text(encoding="utf-8", errors="replace").split("\n") if errors.exists() else []
    bug = next((number for number, line in enumerate(lines) if "this is a bug" in line), len(lines))
    return next((line[:200] for line in reversed(lines[:bug]) if line.strip()), "")


def _work(work: object, errors: Path, *, limited: bool) -> None:
    """In the forked copy: never returns."""
    code = 1
    try:
        surfaces.silence(errors)
        if limited:
            resource.setrlimit(resource.RLIMIT_CPU, (int(limit()) + 1, int(limit()) + 3))
            resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
        work()  # type: ignore[operator]
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is, it is told
        traceback.print_exc()
    finally:
        os._exit(code)
