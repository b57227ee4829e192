"""What findings are held against: the repository before a change, and what was there when it was taken over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import Fatal, Session, open_project, write

if TYPE_CHECKING:
    from qmsdoc.diagnostics import Findings
    from qmsdoc.project import Project

Base = Annotated[
    str,
    typer.Option(
        metavar="REV",
        envvar="QMSDOC_BASE",
        help="Judge a change since it parted from this branch or commit: time fails only what it touches.",
    ),
]
ChangedSince = Annotated[
    str,
    typer.Option(
        "--changed-since",
        metavar="REV",
        help="Report only on documents changed since this branch or commit; all are checked.",
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
    from qmsdoc.check import check

    session = open_project(context)
    base = as_it_was(session, revision)
    return check(session.project, session.problems, session.today, codes=codes, paths=paths, base=base)


def changed_since(context: typer.Context, codes: frozenset[str], paths: list[str], revision: str) -> Findings:
    """What a check finds in the documents that a change touches; raises Fatal."""
    from dataclasses import replace

    from qmsdoc.check import check
    from qmsdoc.rule import Context

    session = open_project(context)
    base = as_it_was(session, revision)
    touched = Context(session.project, {}, session.today, base).touched | session.project.unread
    findings = check(session.project, session.problems, session.today, codes=codes, paths=paths)
    reported = [found for found in findings.diagnostics if found.location.path in touched]
    documents = len(touched & session.project.by_path.keys())
    return replace(findings, diagnostics=reported, documents=documents, files=len(touched))


def as_it_was(session: Session, revision: str) -> Project:
    """The repository at the commit where it parted from a revision; raises Fatal."""
    import tempfile

    from qmsdoc.config import ConfigError
    from qmsdoc.external import git, git_copy
    from qmsdoc.load import load

    try:
        commit = git_copy.merge_base(session.root, revision)
        with tempfile.TemporaryDirectory(prefix="qmsdoc-") as scratch:
            before = git_copy.check_out(session.root, commit, Path(scratch))
            return load(before, today=session.today)[0]
    except git.GitError as error:
        hint = "name a branch or a commit; CI fetches it with `fetch-depth: 0`"
        raise Fatal(f"nothing to compare with: {error}", hint) from None
    except ConfigError as error:
        raise Fatal(f"the repository as it was cannot be read: {error}", "leave --base out") from None


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
