"""The staged tree that MkDocs and Zensical both build: Markdown pages, files, diagrams, and a configuration."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from html import escape
from typing import TYPE_CHECKING, Any

from qmsdoc import diagrams, resources, svg
from qmsdoc.diagnostics import Location, Problem
from qmsdoc.pages.page import banner
from qmsdoc.publish import site_gate
from qmsdoc.scalars import read_file_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from qmsdoc.pages import Entry, Page
    from qmsdoc.project import Attachment
    from qmsdoc.publish.look import Look

CONFIGURATION = "mkdocs.yml"
PAGES = "pages"
STYLE, SHIM = "qms.css", "iframe-worker.js"
FEATURES = (
    "navigation.indexes",
    "navigation.path",
    "navigation.prune",
    "navigation.tabs",
    "navigation.top",
    "search.highlight",
    "search.share",
    "search.suggest",
    "toc.follow",
)
SEPARATOR = r"""[\s\-,:!=\[\]()"/]+|\.(?!\d)"""  # for search, `8.5.2` is one word


class Stage:
    """A folder that is being filled; problems are what could not be shown as written."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder
        self.root = root
        self.problems: list[Problem] = []
        self._files: dict[str, str | None] = {}

    def write(self, path: str, data: bytes) -> None:
        """Write a file below the pages."""
        target = self.folder / PAGES / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)

    def page(self, page: Page) -> None:
        """Write a page; its title stands in the front matter because themes print it without escaping."""
        meta = json.dumps(escape(page.title), ensure_ascii=False)
        hide = f"hide: [{', '.join(page.without)}]\n" if page.without else ""
        self.write(page.path, f"---\ntitle: {meta}\n{hide}---\n\n{page.markdown}".encode())

    def file(self, entry: Entry, file: Attachment) -> str | None:
        """Stage an attached file once; None and a problem when it is no plain file that may be attached."""
        name = file.path.rpartition("/")[2]
        if file.path not in self._files:
            try:
                read_file_name(name)
                data = _read_plain(self.root, file.path)
            except (OSError, ValueError) as error:
                self.problems.append(Problem(Location(file.path), f"this file can not be shown: {error}"))
                self._files[file.path] = None
            else:
                kind = entry.page.partition("/")[0]
                self._files[file.path] = f"files/{kind}/{entry.document.id}/{name}"
                self.write(f"files/{kind}/{entry.document.id}/{name}", data)
        return self._files[file.path]

    def diagram(self, entry: Entry, source: str, number: int) -> str:
        """Stage a drawing and return the figure; what can not be drawn is a problem and says so on the page."""
        try:
            drawn = diagrams.render(source)
        except diagrams.DiagramError as error:
            fences = [code for code in entry.document.body.code if code.language.split()[:1] == ["mermaid"]]
            line = fences[number].span.line + (error.line or 0) if number < len(fences) else 1
            self.problems.append(
                Problem(Location(entry.document.path, line), f"this diagram can not be drawn: {error}")
            )
            told = banner("changed", "This diagram can not be drawn", "Its source follows.")
            return f"{told}\n<pre><code>{escape(source)}</code></pre>"
        data = drawn.svg.encode()
        path = f"files/diagrams/{hashlib.sha256(data).hexdigest()[:16]}.svg"
        self.write(path, data)
        href = "../" * entry.page.count("/") + path
        caption = f"<figcaption>{escape(drawn.title)}</figcaption>" if drawn.title else ""
        return (
            f'<figure class="qms-diagram"><a href="{href}"><img src="{href}" alt="{escape(drawn.alt)}">'
            f"</a>{caption}</figure>"
        )

    def look(self, look: Look) -> dict[str, Any]:
        """Stage style, logo and icon, and return the settings that name them."""
        styles = [self._own(STYLE), *filter(None, map(self._company_file, look.extra_css))]
        theme = {key: path for key in ("logo", "favicon") if (path := self._company_file(getattr(look, key)))}
        return {"extra_css": styles, "theme": theme, "extra": {"polyfills": [self._own(SHIM)]}}

    def _own(self, name: str) -> str:
        self.write(f"assets/{name}", resources.data("site", name).read_bytes())
        return f"assets/{name}"

    def _company_file(self, path: str) -> str:
        if not path:
            return ""
        try:
            data = _read_plain(self.root, path)
        except (OSError, ValueError) as error:
            self.problems.append(Problem(Location(CONFIGURATION), f"`{path}` can not be used: {error}"))
            return ""
        self.write(f"assets/company/{path}", data)
        return f"assets/company/{path}"

    def configuration(self, settings: dict[str, Any]) -> None:
        """Write the configuration; JSON is YAML."""
        text = json.dumps(settings, indent=2, ensure_ascii=False) + "\n"
        (self.folder / CONFIGURATION).write_text(text, encoding="utf-8", newline="\n")


def _read_plain(root: Path, path: str) -> bytes:
    """The bytes of a plain, inert file inside the repository; a link on the way to it is refused."""
    target = root / path
    if target.resolve() != root.resolve() / path:
        raise ValueError("a symbolic link leads there")
    handle = os.open(
        target,
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0),
    )
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ValueError("not a plain file")
        data = file.read()
    if why := _fault(path.rpartition(".")[2].lower(), data):
        raise ValueError(why)
    return data


def _fault(kind: str, data: bytes) -> str | None:
    """Why a file could act when a browser opens it by itself; pictures and XML can hold scripts."""
    if kind not in {"svg", "xml"}:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return "it is not UTF-8"
    if kind == "svg":
        return svg.fault(text)
    return next(site_gate.active_in_xml(text), None)


def settings(
    look: Look, staged: dict[str, Any], *, name: str, language: str, url: str, footer: str, menu: list[Any]
) -> dict[str, Any]:
    """The whole configuration of the engine; themes print names without escaping, so they are escaped here."""
    modes = [
        ("(prefers-color-scheme)", "default", "brightness-auto", "light"),
        ("(prefers-color-scheme: light)", "default", "brightness-7", "dark"),
        ("(prefers-color-scheme: dark)", "slate", "brightness-4", "system"),
    ]
    palette = [
        {
            "media": media,
            "scheme": scheme,
            "primary": look.primary,
            "accent": look.accent,
            "toggle": {"icon": f"material/{icon}", "name": f"Switch to {following} mode"},
        }
        for media, scheme, icon, following in modes
    ]
    return {
        "site_name": escape(look.site_name or f"{name} quality handbook"),
        "site_description": escape(look.site_description or f"Quality management system of {name}"),
        **({"site_url": url} if url else {}),
        "copyright": footer,
        "docs_dir": PAGES,
        "use_directory_urls": False,
        "theme": {
            "name": "material",
            "language": language,
            "font": False,
            "features": FEATURES,
            "icon": {"logo": "material/shield-check-outline"},
            "palette": palette,
            **staged["theme"],
        },
        "extra": {"generator": False, **staged["extra"]},
        "extra_css": staged["extra_css"],
        "plugins": [{"search": {"separator": SEPARATOR}}, "offline"],
        "markdown_extensions": [
            "attr_list",
            "tables",
            {"toc": {"permalink": "¶", "permalink_title": "Link to this section"}},
        ],
        "nav": menu,
    }


def menu(pages: Iterable[Page]) -> list[Any]:
    """The menu from where pages stand; an `index.md` is the page of its section, sections are sorted by name."""
    top: dict[str, Any] = {}
    for page in pages:
        if page.path.startswith("documents/") and not page.menu:
            continue  # a notice is found by its links and by search
        level = top
        for name in page.menu:
            level = level.setdefault(f"section {name}", {})
        level[f"page {page.path}"] = page.title
    return list(_listed(top, outermost=True))


def _listed(level: dict[str, Any], *, outermost: bool = False) -> Iterator[Any]:
    pages = [(key.removeprefix("page "), title) for key, title in level.items() if key.startswith("page ")]
    for path, title in sorted(pages, key=lambda pair: not pair[0].endswith("index.md")):
        yield path if path.endswith("/index.md") else {escape(title): path}
    inner = [(key.removeprefix("section "), found) for key, found in level.items() if key.startswith("section ")]
    for name, found in inner if outermost else sorted(inner, key=lambda pair: pair[0]):
        yield {escape(name): list(_listed(found))}
