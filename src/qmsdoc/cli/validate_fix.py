"""`qmsdoc validate --fix` and `--diff`: what can be mended without a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import Fatal, open_project, wants_color

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qmsdoc.cli.session import Session
    from qmsdoc.fixing import Fixed, Fixer

Fix = Annotated[
    bool, typer.Option("--fix", help="Mend what needs no decision: renamed links, citations, lists, line ends.")
]
Diff = Annotated[bool, typer.Option("--diff", help="Show what --fix would change, and change nothing.")]


SHOWN = 3  # files that stay as they are, in one message


def show_fixes(context: typer.Context, paths: list[str]) -> bool:
    """Print the changes; whether there are any."""
    found = _fixes(open_project(context), paths)
    for fixed in found:
        typer.echo(_colored(fixed.diff()), nl=False)
    _tell(found, "would be changed; `--fix` does it")
    return bool(found)


def write_fixes(context: typer.Context, paths: list[str]) -> None:
    """Change the files, each whole or not at all; raises Fatal where one cannot be written."""
    session = open_project(context)
    found = _fixes(session, paths)
    for fixed in found:
        _replace(session.root / fixed.path, fixed)
    _tell(found, "changed")


def _fixes(session: Session, paths: list[str]) -> list[Fixed]:
    """What is to be changed; of what is signed or closed only the names are told."""
    from qmsdoc import fixing, lifecycle
    from qmsdoc.rule import Context

    project = session.project
    rules = Context(project, lifecycle.statuses(project, session.today), session.today)
    found: list[Fixed] = []
    left: list[Fixed] = []
    for fixed in _candidates(session, fixing.Fixer(project), paths):
        document = project.by_path.get(fixed.path)
        kept = document is not None and fixing.is_signed(document, rules)
        (left if kept else found).append(fixed)
    if left:
        names = ", ".join(fixed.path for fixed in left[:SHOWN])
        more = f" and {len(left) - SHOWN} more" if len(left) > SHOWN else ""
        typer.secho(f"signed or closed, and so left as it is: {names}{more}", err=True, fg=typer.colors.YELLOW)
    return found


def _candidates(session: Session, fixer: Fixer, paths: list[str]) -> Iterator[Fixed]:
    """Every document that would be another one."""
    from qmsdoc.waiving import is_below

    for path in sorted({*session.project.by_path, *session.project.unread}):
        file = session.root / path
        if not is_below(path, paths) or file.is_symlink():
            continue
        try:
            fixed = fixer.fix(path, file.read_bytes())
        except OSError:  # what cannot be read is told by the check
            continue
        if fixed.before != fixed.after:
            yield fixed


def _replace(path: Path, fixed: Fixed) -> None:
    """Put the new bytes into the place of the old ones, if these are still there."""
    import os
    import tempfile

    part = ""
    try:
        if path.is_symlink() or path.read_bytes() != fixed.before:
            raise Fatal(f"{fixed.path} was changed while it was being mended", "run it again")
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=".qmsdoc-fix-")
        with os.fdopen(handle, "wb") as file:
            file.write(fixed.after)
        os.chmod(part, path.stat().st_mode & 0o777)  # noqa: PTH101 - the name is a text
        os.replace(part, path)  # noqa: PTH105 - as above
        part = ""
    except OSError as error:
        raise Fatal(f"{fixed.path} cannot be written: {error.strerror}") from None
    finally:
        if part:
            os.unlink(part)  # noqa: PTH108 - as above


def _tell(found: list[Fixed], what: str) -> None:
    from qmsdoc.formats.summary import plural

    for fixed in found:
        typer.echo(f"{fixed.path}: {', '.join(fixed.why)}", err=True)
    typer.echo(f"{plural(len(found), 'file')} {what}" if found else "nothing to mend", err=True)


def _colored(diff: str) -> str:
    """A diff that is safe on a terminal, with its colours where there is one."""
    from qmsdoc.visible import visible

    colors = {"+": typer.colors.GREEN, "-": typer.colors.RED, "@": typer.colors.CYAN}
    plain = [visible(line) for line in diff.split("\n")]
    if wants_color():
        plain = [typer.style(line, fg=colors[line[0]]) if line[:1] in colors else line for line in plain]
    return "\n".join(plain)
