"""What findings are held against: the repository before a change, and what was there when it was taken over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import Fatal, open_project, write

if TYPE_CHECKING:
    from qmsdoc.diagnostics import Findings

Base = Annotated[
    str,
    typer.Option(
        metavar="REV",
        envvar="QMSDOC_BASE",
        help="Judge a change since it parted from this branch or commit: time fails only what it touches.",
    ),
]


Baseline = Annotated[
    Path | None,
    typer.Option(
        envvar="QMSDOC_BASELINE",
        help="Accept the findings of this file, so that only new ones fail.",
        dir_okay=False,
    ),
]
WriteBaseline = Annotated[
    Path | None,
    typer.Option(help="Write all findings into this file, as a baseline for later runs.", dir_okay=False),
]


def compared(context: typer.Context, codes: frozenset[str], paths: list[str], revision: str) -> Findings:
    """What a check finds in a change, beside the repository as it was before; raises Fatal."""
    import tempfile

    from qmsdoc.check import check
    from qmsdoc.config import ConfigError
    from qmsdoc.external import git, git_copy
    from qmsdoc.load import load

    session = open_project(context)
    try:
        commit = git_copy.merge_base(session.root, revision)
        with tempfile.TemporaryDirectory(prefix="qmsdoc-") as scratch:
            before = git_copy.check_out(session.root, commit, Path(scratch))
            base, _ = load(before, today=session.today)
    except git.GitError as error:
        hint = "name a branch or a commit; CI fetches it with `fetch-depth: 0`"
        raise Fatal(f"nothing to compare with: {error}", hint) from None
    except ConfigError as error:
        raise Fatal(f"the repository as it was cannot be read: {error}", "leave --base out") from None
    return check(session.project, session.problems, session.today, codes=codes, paths=paths, base=base)


def begin_baseline(findings: Findings, file: Path) -> None:
    """Write all open findings, and say how they are accepted."""
    from qmsdoc.formats import baseline
    from qmsdoc.formats.summary import plural

    write(baseline.write(findings), file)
    typer.echo(f"{plural(len(findings.open), 'finding')} in {file}; `--baseline {file}` accepts them", err=True)


def held_against(findings: Findings, file: Path) -> Findings:
    """Findings held against a baseline; says when it holds what is mended. Raises Fatal."""
    from qmsdoc.formats import baseline

    try:
        known = baseline.read(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Fatal(f"{file} cannot be read: {error.strerror}", "write one with --write-baseline") from None
    except ValueError as error:
        raise Fatal(f"{file}: {error}", "write one with --write-baseline") from None
    held, gone = baseline.held(findings, known, file.as_posix())
    if gone:
        told = f"{gone} of {len(known)} findings of {file} are gone; write it again to hold what was won"
        typer.secho(told, err=True, fg=typer.colors.YELLOW)
    return held
