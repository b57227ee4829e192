"""What the flags of `qmsdoc new` say of a document, and what an answer that was typed means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qmsdoc.cli.session import Fatal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qmsdoc.cli.new_drafts import Drafts
    from qmsdoc.drafting.text import Given
    from qmsdoc.project import Project
    from qmsdoc.types.base import DocumentType


def read_flags(drafts: Drafts, title: str | None, owner: str, said: Sequence[str]) -> dict[str, Given]:
    """The values by key or heading; raises Fatal."""
    values: dict[str, Given] = {}
    for each in said:
        name, equals, value = each.partition("=")
        if not equals:
            raise Fatal(f"`{each}` sets nothing", "write --set KEY=VALUE")
        key = named(drafts, name)
        if key in values:
            raise Fatal(f"`{key}` is given twice", "keep one")
        if not value.strip():
            raise Fatal(f"`{key}` is set to nothing", "leave it out, or say what it is")
        values[key] = as_given(drafts.type, key, value)
    for key, shortcut in (("title", title), ("owner", owner)):
        if shortcut is not None and shortcut != "" and key in values:
            raise Fatal(f"`{key}` is given twice", f"keep --{key} or --set {key}=…")
    if title is not None:
        values["title"] = _title(title)
    if owner:
        values["owner"] = _role(drafts.session.project, owner)
    return values


def named(drafts: Drafts, name: str) -> str:
    """The key or the heading that somebody means; raises Fatal."""
    from qmsdoc.drafting.text import fields
    from qmsdoc.scalars import folded
    from qmsdoc.suggest import did_you_mean

    # The other way round, so that a key goes before a heading.
    known = {folded(each): each for each in reversed(fields(drafts.type, drafts.form))}
    known.pop("type", None)
    if folded(name) not in known:
        raise Fatal(
            f"`{name.strip()}` is no key and no heading of {drafts.type.name}",
            did_you_mean(name.strip(), known.values(), limit=60),
        )
    return known[folded(name)]


def as_given(document_type: DocumentType, key: str, text: str) -> Given:
    """A typed text as a value: a list where the key holds one."""
    from qmsdoc.drafting.text import as_list, takes_list

    return as_list(text) if takes_list(document_type, key) else text.strip()


def read_attachments(paths: Sequence[Path]) -> Mapping[str, bytes]:
    """Files to lie beside a document, by a name that every system can hold; raises Fatal."""
    from qmsdoc.drafting.naming import attachment_name
    from qmsdoc.scalars import read_file_name

    found: dict[str, bytes] = {}
    for path in paths:
        name = attachment_name(path.name)
        try:
            read_file_name(name)
            data = path.read_bytes()
        except ValueError as error:
            raise Fatal(f"{path}: {error}") from None
        except OSError as error:
            raise Fatal(f"{path} cannot be read: {error.strerror}") from None
        if name in found:
            raise Fatal(f"two attachments would be called {name}", "rename one of them")
        found[name] = data
    return found


def _title(title: str) -> str:
    from qmsdoc.scalars import read_text

    if any(not char.isprintable() for char in title):
        raise Fatal("the title holds a line feed or another character that nobody sees", "write it as one line")
    if title.strip().startswith("n/a"):
        raise Fatal("the title cannot be `n/a`")
    try:
        return read_text(title)
    except ValueError:
        raise Fatal("the title is empty") from None


def _role(project: Project, owner: str) -> str:
    from qmsdoc.suggest import did_you_mean

    roles = project.people.roles
    if roles and owner not in roles:
        raise Fatal(f"`{owner}` is not a role", did_you_mean(owner, roles))
    return owner
