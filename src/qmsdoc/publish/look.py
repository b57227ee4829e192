"""The company's `mkdocs.yml`: only the look of the site is taken from it.

MkDocs runs code that its configuration names (hooks, plugins, `!!python` tags). So the file is never given to
it: the keys on a short list are read here as plain data, and the configuration is written by us.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FILE = "mkdocs.yml"
MAX_SIZE = 64 * 1024
IMAGES = (".ico", ".jpeg", ".jpg", ".png", ".svg", ".webp")
_color = re.compile(r"[a-z]+( [a-z]+)?").fullmatch
_path = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*").fullmatch


@dataclass(frozen=True, slots=True)
class Look:
    """What a company decides of the look; paths are relative to the repository."""

    name: str = "material"
    site_name: str = ""
    site_description: str = ""
    primary: str = "custom"
    accent: str = "custom"
    logo: str = ""
    favicon: str = ""
    extra_css: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what was ignored, in plain words


def read_look(root: Path) -> Look:
    """Read the file; what may not be set there is ignored and noted. No file: the look of the tool."""
    try:
        data = _plain_yaml((root / FILE).read_bytes())
    except FileNotFoundError:
        return Look()
    except OSError as error:
        return Look(notes=(f"{FILE} can not be read: {error.strerror}",))
    except ValueError as error:
        return Look(notes=(f"{FILE} was ignored: {error}",))
    notes: list[str] = []
    found = dict(_read(data, KEYS, "", notes))
    return replace(Look(), **found, notes=tuple(notes))


def _plain_yaml(raw: bytes) -> dict[Any, Any]:
    """YAML as plain data; a tag such as `!!python/name` becomes None and runs nothing. Raises ValueError."""
    import yaml  # noqa: PLC0415 - only the site reads this file

    if len(raw) > MAX_SIZE:
        raise ValueError(f"it has more than {MAX_SIZE // 1024} KiB")

    class Plain(yaml.SafeLoader):
        """Knows no tags but those of plain YAML."""

    Plain.add_constructor(None, lambda _loader, _node: None)
    Plain.add_multi_constructor("", lambda _loader, _suffix, _node: None)
    try:
        data = yaml.load(raw, Plain)  # noqa: S506 - a SafeLoader without any further tag
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ValueError(f"it is not YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(data, dict | None):
        raise ValueError("it is not a mapping")  # noqa: TRY004 - what the file holds, not what a caller passes
    return data or {}


def _read(data: dict[Any, Any], keys: dict[str, Any], where: str, notes: list[str]) -> Iterator[tuple[str, Any]]:
    """Follow the short list through the data; everything else is noted."""
    for key, value in data.items():
        name = f"{where}{key}"
        known = keys.get(key) if isinstance(key, str) else None
        if known is None:
            notes.append(f"{FILE}: `{name}` is not taken from this file and was ignored")
        elif isinstance(known, dict):
            if isinstance(value, dict):
                yield from _read(value, known, f"{name}.", notes)
            else:
                notes.append(f"{FILE}: `{name}` is not a mapping and was ignored")
        else:
            field, check, wanted = known
            checked = check(value)
            if checked is None:
                notes.append(f"{FILE}: `{name}` is not {wanted} and was ignored")
            else:
                yield field, checked


def _text(value: Any) -> str | None:
    return value.strip() if isinstance(value, str) and value.strip() else None


def _color_name(value: Any) -> str | None:
    return value if isinstance(value, str) and _color(value) else None


def _file(*endings: str) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        return value if isinstance(value, str) and _path(value) and value.lower().endswith(endings) else None

    return check


def _styles(value: Any) -> tuple[str, ...] | None:
    items = value if isinstance(value, list) else [None]
    checked = [_file(".css")(item) for item in items]
    return tuple(item for item in checked if item) if all(checked) else None


IMAGE = (_file(*IMAGES), f"the path of an image of this repository ({', '.join(IMAGES)})")
COLOR = (_color_name, "the name of a colour, such as `teal`")
KEYS: dict[str, Any] = {
    "site_name": ("site_name", _text, "a text"),
    "site_description": ("site_description", _text, "a text"),
    "extra_css": ("extra_css", _styles, "a list of .css files of this repository"),
    "theme": {
        "name": ("name", lambda value: "material" if value == "material" else None, "`material`"),
        "logo": ("logo", *IMAGE),
        "favicon": ("favicon", *IMAGE),
        "palette": {"primary": ("primary", *COLOR), "accent": ("accent", *COLOR)},
    },
}
