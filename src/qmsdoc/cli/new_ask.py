"""The questions of `qmsdoc new`, for whoever sits at a terminal; each answer is tried at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from qmsdoc.cli.new_said import as_given

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qmsdoc.cli.new_drafts import Drafts
    from qmsdoc.drafting.text import Given


def ask(drafts: Drafts, said: Mapping[str, Given]) -> dict[str, Given]:
    """Ask for what the document needs and nobody said; an empty answer leaves it open."""
    from qmsdoc.drafting.text import needed

    values, passed = dict(said), set()
    while True:
        held = drafts.known("") | values
        key = next((key for key in needed(drafts.type, held) if key not in held and key not in passed), None)
        if key is None:
            return values
        passed.add(key)
        while answer := _line(drafts, key):
            given = as_given(drafts.type, key, answer)
            if _is_taken(drafts, values | {key: given}, key):
                values[key] = given
                break


def _line(drafts: Drafts, key: str) -> str:
    """The answer to one question; questions go to standard error, so that the path stands alone on the other."""
    from qmsdoc.drafting.text import choices, meaning, takes_list

    options = choices(drafts.type, key)
    form = " [YYYY-MM-DD]" if key in drafts.type.dates else ""
    if options:
        form = f" [{', '.join(options)}]"
    elif takes_list(drafts.type, key):
        form = " [parted by commas]"
    # `typer.prompt` writes the end of a question to standard output whatever it is told.
    typer.echo(f"{key}: {meaning(drafts.type, key)}{form}\n> ", nl=False, err=True)
    try:
        return input().strip()
    except (EOFError, KeyboardInterrupt):
        raise typer.Abort from None


def _is_taken(drafts: Drafts, values: Mapping[str, Given], key: str) -> bool:
    """Whether nothing is wrong with an answer; what is wrong is said."""
    from qmsdoc.drafting.text import part_at
    from qmsdoc.drafting.trial import is_obstacle

    draft = drafts.begin({"id": f"{drafts.type.prefix}-0"} | dict(values))
    wrong = [
        found
        for found in drafts.tried([draft])
        if is_obstacle(found) and part_at(draft.text, found.location.line) == key
    ]
    for found in wrong:
        typer.secho(found.message, err=True, fg=typer.colors.YELLOW)
        if found.hint:
            typer.echo(f"  help: {found.hint}", err=True)
    return not wrong
