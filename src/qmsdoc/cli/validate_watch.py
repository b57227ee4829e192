"""`qmsdoc validate --watch`: in a second terminal, it checks again whenever something is saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import Fatal

if TYPE_CHECKING:
    from collections.abc import Callable

    from qmsdoc.diagnostics import Findings

Watch = Annotated[
    bool, typer.Option("--watch", help="Check again whenever a file changes, until Ctrl-C, which exits 0.")
]
CLEAR = "\x1b[2J\x1b[H"  # what a terminal shows, and the place of the next character
PAUSE = 0.25  # s between two looks at the files; one look at 400 files takes 5 ms


def keep_checking(root: Path, check: Callable[[], Findings]) -> None:
    """Check now and after each change, until Ctrl-C. Looks at names, sizes and times, which works on any disk.

    check: finds and shows it. Raises Fatal where it cannot begin; later, somebody may just be writing settings.
    """
    import gc
    import sys

    from qmsdoc.formats.summary import plural

    seen, begun = "", False
    try:
        while True:
            seen = _next_state(root, seen)
            if sys.stdout.isatty():
                sys.stdout.write(CLEAR)
            try:
                typer.echo(f"watching {plural(check().files, 'document')}, Ctrl-C ends", err=True)
                begun = True
            except Fatal as error:
                if not begun:
                    raise
                typer.secho(f"qmsdoc: {error}", err=True, fg=typer.colors.RED)
                typer.echo("watching, Ctrl-C ends", err=True)
            except OSError:  # a file went away between two looks at it
                seen = ""
            gc.unfreeze()  # what was read before is not needed any more
            gc.collect()
    except KeyboardInterrupt:
        typer.echo(err=True)


def _next_state(root: Path, seen: str) -> str:
    """Wait for another state than the one that was seen, and until nobody is writing any more."""
    from time import sleep

    from qmsdoc import cache

    while True:
        now = cache.state(root).digest
        sleep(PAUSE)
        if now != seen and cache.state(root).digest == now:
            return now
