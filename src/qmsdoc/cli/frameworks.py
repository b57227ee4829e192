"""Finding the framework that a person means, also one that is not active, also outside a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.cli.session import Fatal

if TYPE_CHECKING:
    from qmsdoc.frameworks import Catalogs


def choose(text: str, catalogs: Catalogs) -> Catalogs:
    """The catalogues with the one framework that a text names, in the active edition or else the newest.

    An edition may follow: `ISO 13485:2016`, `MDR 2017/745@2025-01-10`. Raises Fatal.
    """
    from qmsdoc.frameworks import Catalogs, load_catalogs
    from qmsdoc.suggest import did_you_mean

    name, pinned = _split(text)
    for key, aliases in catalogs.names().items():
        if _fold(name) in {_fold(spelling) for spelling in (key, *aliases)} and not pinned:
            return Catalogs({key: catalogs[key]}, catalogs.known)
    known = {_fold(spelling): item for item in catalogs.known for spelling in (item.framework, *item.aliases)}
    found = known.get(_fold(name))
    if found is None:
        every = {*catalogs, *(item.framework for item in catalogs.known)}
        raise Fatal(f"`{text}` is not a framework", did_you_mean(text, every))
    newest = max(item.edition for item in catalogs.known if item.framework == found.framework)
    try:
        return load_catalogs({found.framework: pinned or newest})
    except ValueError as error:
        raise Fatal(str(error)) from None


def outside() -> Catalogs:
    """Every framework that the tool brings along, in its newest edition."""
    from qmsdoc.frameworks import known_frameworks, load_catalogs

    newest: dict[str, str] = {}
    for item in known_frameworks():
        newest[item.framework] = max(item.edition, newest.get(item.framework, ""))
    return load_catalogs(newest)


def _split(text: str) -> tuple[str, str]:
    """A name and the edition that follows it: after a colon, or as the last word with an `@` in it."""
    name, colon, edition = text.partition(":")
    if colon:
        return name, edition.strip()
    name, _, last = text.rpartition(" ")
    return (name, last) if "@" in last and name else (text, "")


def _fold(text: str) -> str:
    return "".join(text.casefold().split())
