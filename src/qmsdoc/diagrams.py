"""Mermaid source to SVG, in process and without a browser: the same picture on the site and in a PDF."""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from typing import NamedTuple

from qmsdoc import svg

MAX_SOURCE = 50_000  # characters; more is no diagram that people can read
MAX_LINES_TRIED = 200
MAX_TRIED = 100_000  # characters drawn in search of a mistake

# Quiet colours that print well; used where the author gives no configuration.
_THEME = {
    "fontFamily": "Noto Sans, Arial, sans-serif",
    "fontSize": "14px",
    "primaryColor": "#eef3f7",
    "primaryBorderColor": "#17456b",
    "primaryTextColor": "#1a2733",
    "lineColor": "#41525e",
    "edgeLabelBackground": "#ffffff",
    "tertiaryColor": "#f6f8fa",
    "useGradient": False,
    "dropShadow": "none",
}
_FLOWCHART = {"wrappingWidth": 300}  # px; at the usual 200 most labels take two lines, and a flow no screen
_INIT = f"%%{{init: {json.dumps({'theme': 'base', 'themeVariables': _THEME, 'flowchart': _FLOWCHART})}}}%%\n"


class Diagram(NamedTuple):
    """A drawn diagram: its SVG, a short title and a description, which together are its alt text."""

    svg: str
    title: str
    description: str

    @property
    def alt(self) -> str:
        """The text that stands for the picture."""
        return f"{self.title}: {self.description}" if self.description else self.title


class DiagramError(Exception):
    """A diagram that can not be drawn; `line` counts from 1 in its source."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


class MissingRenderer(Exception):
    """The Mermaid renderer is not installed."""


_title = re.compile(r"^[ \t]*accTitle[ \t]*:[ \t]*(\S.*)", re.MULTILINE).search
_description = re.compile(
    r"^[ \t]*accDescr[ \t]*(?::[ \t]*(?P<one>\S.*)|\{(?P<many>[^}]*)\})", re.MULTILINE
).search
_own_title = re.compile(r"^[ \t]*title(?:[ \t]*:)?[ \t]+(\S.*)", re.MULTILINE).search
_click = re.compile(r"\s*(click\s+\S|links?\s[^:]+:)")
_html = re.compile(r"(?<!<)<(?!br\s*/?>)[A-Za-z!/]", re.IGNORECASE)
_today = re.compile(r"^[ \t]*todayMarker\b.*$", re.MULTILINE)
_font = re.compile(r"font-family:(?:&quot;|[^;}\"&])+")
_view_box = re.compile(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"').search
_own_id = re.compile(r'(id="|#|chart-(?:title|desc)-)merman')


def kind(source: str) -> str:
    """The first word of a diagram: `flowchart`, `sequenceDiagram`, …; empty when there is none."""
    in_settings = False
    for line in source.split("\n"):
        words = line.split(maxsplit=1)
        if words == ["---"]:
            in_settings = not in_settings
        elif words and not in_settings and not line.lstrip().startswith("%%"):
            return words[0].strip(";:")
    return ""


def alt_text(source: str) -> tuple[str, str]:
    """Title and description that the author gave by `accTitle` and `accDescr`; empty where there is none."""
    title, description = _title(source), _description(source)
    told = (description["one"] or description["many"] or "") if description else ""
    return (title[1].rstrip(" \t") if title else ""), " ".join(told.split())


@lru_cache(maxsize=512)
def render(source: str) -> Diagram:
    """Draw a diagram. Raises DiagramError, or MissingRenderer without the extra that draws."""
    _refuse_what_is_lost(source)
    try:
        drawn = _draw(source)
    except ValueError as error:
        too_much = "resource limit" in str(error)  # takes as long as drawing it, whatever line is left out
        raise DiagramError(str(error), 1 if too_much else _culprit(source)) from None
    fault = svg.fault(drawn)
    if fault:
        raise DiagramError(f"the drawing is refused: {fault}")
    title, description = alt_text(source)
    own = _own_title(source)
    return Diagram(drawn, title or (own[1].rstrip(" \t") if own else f"Diagram ({kind(source)})"), description)


def size(source: str) -> tuple[float, float]:
    """Width and height of a diagram as drawn, in px; raises what `render` raises."""
    found = _view_box(render(source).svg)
    if not found:
        raise DiagramError("the drawing has no size")
    return float(found[1]), float(found[2])


def for_print(drawn: str) -> str:
    """The same SVG in the fonts that come with the tool."""
    return _font.sub("font-family:Noto Sans,DejaVu Sans", drawn)


def _refuse_what_is_lost(source: str) -> None:
    """Links are not drawn, and a label with HTML in it may vanish."""
    if len(source) > MAX_SOURCE:
        raise DiagramError(f"the diagram has {len(source)} characters, more than {MAX_SOURCE}")
    for number, line in enumerate(source.splitlines(), 1):
        if _click.match(line):
            raise DiagramError("a link in a diagram is not drawn; write it as text below the diagram", number)
        if _html.search(line):
            raise DiagramError("HTML in a label is not drawn; use plain text and `<br>`", number)


def _draw(source: str) -> str:
    """The SVG; ids are made from the source so that two diagrams may stand on one page. Raises ValueError."""
    try:
        import mmdr  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingRenderer("mmdr is not installed, which draws Mermaid diagrams") from None
    if kind(source) == "gantt":
        source = _today.sub("", source).replace("gantt", "gantt\n  todayMarker off", 1)
    name = f"d{hashlib.sha256(source.encode()).hexdigest()[:12]}"
    configured = "%%{" in source or source.lstrip().startswith("---")
    drawn = str(mmdr.render(source if configured else _INIT + source).svg())
    return _own_id.sub(rf"\g<1>{name}", drawn)


def _culprit(source: str) -> int:
    """The line without which the diagram can be drawn; 1 where no single line is to blame."""
    lines = source.splitlines()
    for at in range(1, min(len(lines), MAX_LINES_TRIED, MAX_TRIED // max(1, len(source)))):
        try:
            _draw("\n".join(lines[:at] + lines[at + 1 :]))
        except ValueError:
            continue
        return at + 1
    return 1
