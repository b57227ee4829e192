"""Small YAML files of a company, such as its own types and frameworks: plain data with the line of every key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    Lines = dict[tuple[Any, ...], int]

# Where PyYAML comes with libyaml, it takes a tenth of the time.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_SIZE = 256 * 1024
MAX_DEPTH = 10


class NotPlain(ValueError):
    """A file that is not YAML, or holds what is not allowed; `line` counts from 1."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def read_plain(raw: bytes, lines: Lines) -> dict[str, Any]:
    """The data of a file, every scalar as text; fills in the line of every key. No aliases, no tags.

    Raises NotPlain.
    """
    if len(raw) > MAX_SIZE:
        raise NotPlain(f"the file is larger than {MAX_SIZE // 1024} KiB")
    try:
        text = raw.decode()
        _refuse(text)
        node = yaml.compose(text, _Loader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "context_mark", None) or getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or type(error).__name__
        raise NotPlain(f"this is not YAML: {said}", mark.line + 1 if mark else 1) from None
    if node and not isinstance(node, yaml.MappingNode):
        raise NotPlain("the file is not made of `key: value` lines")
    data: dict[str, Any] = _plain(node, (), lines) if node else {}
    return data


def line_of(lines: Mapping[tuple[Any, ...], int], loc: tuple[Any, ...]) -> int:
    """The line of a location, or of the nearest thing that holds it."""
    while loc and loc not in lines:
        loc = loc[:-1]
    return lines.get(loc, 1)


def _refuse(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, _Loader):
        line = getattr(event.start_mark, "line", 0) + 1
        if isinstance(event, yaml.AliasEvent):
            raise NotPlain("an alias (`*`) is not allowed here", line)
        if getattr(event, "tag", None):
            raise NotPlain("a tag (`!`) is not allowed here", line)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:  # PyYAML needs long for deep ones
            raise NotPlain("lists and maps are nested too deeply", line)


def _plain(node: Any, loc: tuple[Any, ...], lines: Lines) -> Any:
    lines.setdefault(loc, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*loc, i), lines) for i, item in enumerate(node.value)]
    data: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise NotPlain("a key is a list or a map", line)
        name = key.value
        if name in data:
            raise NotPlain(f"`{name}` is given twice", line)
        lines[*loc, name] = line
        data[name] = _plain(value, (*loc, name), lines)
    return data
