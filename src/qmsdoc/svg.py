"""Whether an SVG is only a picture: no script, no foreign content, nothing fetched from elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator

_REFUSED = {"a", "foreignobject", "handler", "iframe", "script", "set"}  # and every kind of animation
_INSIDE = re.compile(r"#|data:image/(png|jpeg|gif|webp);base64,", re.IGNORECASE).match
_fetches = re.compile(r"@import|url\(\s*['\"]?(?!#)", re.IGNORECASE).search


def fault(svg: str) -> str | None:
    """Why an SVG may not be shown, or None when it is only a picture."""
    if "<!doctype" in svg.lower() or "<!entity" in svg.lower():
        return "it declares a document type or entities"
    try:
        root = ET.fromstring(svg)  # noqa: S314 - without a document type there are no entities to expand
    except ET.ParseError as error:
        return f"it is not well-formed: {error}"
    return next((why for element in root.iter() for why in _faults(element)), None)


def _faults(element: ET.Element) -> Iterator[str]:
    name = str(element.tag).rpartition("}")[2].lower()
    if name in _REFUSED or name.startswith("animate"):
        yield f"it contains <{name}>"
    if name == "style" and _fetches(element.text or ""):
        yield "its style fetches something"
    for key, value in element.attrib.items():
        attribute = key.rpartition("}")[2].lower()
        if attribute.startswith("on"):
            yield f"it runs something by `{attribute}`"
        elif attribute in {"href", "src"} and not _INSIDE(value):
            yield f"it refers to `{value[:60]}`"
        elif _fetches(value):
            yield f"its `{attribute}` fetches something"
