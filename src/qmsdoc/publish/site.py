"""The handbook as a site: choose, stage, build with MkDocs, inspect, seal, and only then put it in place."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from qmsdoc import __version__, diagrams, pages
from qmsdoc.external import process
from qmsdoc.lifecycle import statuses
from qmsdoc.load import SourceChanged
from qmsdoc.publish import look, site_gate, staging
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from qmsdoc.diagnostics import Problem
    from qmsdoc.load import Source
    from qmsdoc.pages import Entry, Handbook
    from qmsdoc.project import Document, Project

STAMP = "handbook.json"  # also the mark by which a folder is known as an earlier build
SECONDS_A_PAGE = 1.0
SECONDS_AT_LEAST = 300.0
SHOWN_FINDINGS = 5
_web_address = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?").fullmatch  # printed unescaped


class SiteError(Exception):
    """The site was not built; `hint` says what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Result:
    """A finished build: `problems` are what could not be shown as written, `notes` settings that were ignored."""

    output: Path
    pages: int
    problems: Sequence[Problem] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """Of which day and commit a handbook is; `commit` is empty outside git, `dirty` with uncommitted changes."""

    today: date
    commit: str = ""
    dirty: bool = False

    def __str__(self) -> str:
        """The stamp that every page shows."""
        parts = [f"State of {self.today.isoformat()}"]
        parts += [f"commit {self.commit}"] if self.commit else []
        parts += ["uncommitted changes"] if self.dirty else []
        return " · ".join(parts)


def build(
    project: Project,
    root: Path,
    output: Path,
    *,
    today: date,
    commit: str,
    source: Callable[[Document], Source],
    drafts: bool,
    dirty: bool = False,
) -> Result:
    """Build the handbook into `output`, replaced as a whole or not at all. Raises SiteError."""
    _refuse_foreign(output, root)
    edition = Edition(today, commit, dirty)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{output.name}-", dir=output.parent) as folder:
        staged, built = Path(folder, "staged"), Path(folder, "site")
        result = stage(project, root, staged, edition=edition, source=source, drafts=drafts)
        _run_mkdocs(staged, built, result.pages)
        for name in ("sitemap.xml", "sitemap.xml.gz"):  # they carry the day of the build
            Path(built, name).unlink(missing_ok=True)
        if findings := site_gate.inspect(built):
            told = "; ".join(map(str, findings[:SHOWN_FINDINGS]))
            more = f"; and {len(findings) - SHOWN_FINDINGS} more" if len(findings) > SHOWN_FINDINGS else ""
            raise SiteError(
                f"the built site would not be safe to publish: {told}{more}", "remove it from the source"
            )
        site_gate.seal(built)
        stamp = {
            "as_of": today.isoformat(),
            "commit": commit,
            "dirty": dirty,
            "pages": result.pages,
            "tool": __version__,
        }
        Path(built, STAMP).write_text(json.dumps(stamp, indent=2) + "\n", encoding="utf-8", newline="\n")
        _put_in_place(built, output, Path(folder, "earlier"))
    return Result(output, result.pages, result.problems, result.notes)


def stage(
    project: Project,
    root: Path,
    folder: Path,
    *,
    edition: Edition,
    source: Callable[[Document], Source],
    drafts: bool,
) -> Result:
    """Write the tree that an engine builds. Raises SiteError when it would contain nothing."""
    book = pages.select(project, edition.today, drafts=drafts)
    if not book.controlled and not book.notices:
        raise SiteError(*_why_nothing(book, drafts=drafts))
    if (url := project.config.site.url) and not _web_address(url):
        raise SiteError(f"[site] url: `{url}` is not a web address", "write it as `https://handbook.example.com/`")
    chosen = look.read_look(root)
    stage = staging.Stage(folder, root)
    tools = pages.Tools(lambda entry: _body(entry, source), stage.file, stage.diagram)
    try:
        made = list(pages.pages(book, tools))
    except diagrams.MissingRenderer as error:
        raise SiteError(str(error), "pip install 'qmsdoc[site]'") from None
    for page in made:
        stage.page(page)
    company = project.config.company
    stage.configuration(
        staging.settings(
            chosen,
            stage.look(chosen),
            name=company.name,
            language=_language(company.language),
            url=url,
            footer=f'{escape(str(edition))}<span class="qms-print"> · uncontrolled when printed</span>',
            menu=staging.menu(made),
        )
    )
    return Result(folder, len(made), tuple(stage.problems), chosen.notes)


def _language(wanted: str) -> str:
    """The language of the theme's own words: as wanted, or without its region, or English."""
    theme = find_spec("material")
    folders = [
        Path(folder, "templates/partials/languages")
        for folder in (theme and theme.submodule_search_locations) or ()
    ]
    known = {file.stem for folder in folders for file in folder.glob("*.html")}
    return next((name for name in (wanted, wanted.partition("-")[0]) if name in known), "en")


def _body(entry: Entry, source: Callable[[Document], Source]) -> str:
    try:
        return source(entry.document).body
    except SourceChanged as error:
        raise SiteError(str(error), "run the command again") from None


def _why_nothing(book: Handbook, *, drafts: bool) -> tuple[str, str]:
    """Message and hint for a handbook that would be empty."""
    found = statuses(book.project, book.today).values()
    count = Counter(status.state.value for status in found if status.document.type.kind is Kind.CONTROLLED)
    if not count:
        return (
            "there is nothing to publish: no controlled documents",
            "put them into sops/; `qmsdoc new sop` begins one",
        )
    states = ", ".join(f"{number} {state}" for state, number in sorted(count.items()))
    message = f"there is nothing to publish: no document is in force on {book.today.isoformat()} ({states})"
    return (
        message,
        "" if drafts else "`--drafts`, or `drafts = true` under [site], also shows what is not in force",
    )


def _refuse_foreign(output: Path, root: Path) -> None:
    """Never replace a folder that is not an earlier build."""
    if root.resolve().is_relative_to(output.resolve()):
        raise SiteError(f"{output} holds the repository itself", "name a folder of its own, such as build/site")
    if output.is_symlink() or (output.exists() and not output.is_dir()):
        raise SiteError(f"{output} is not a folder", "name another one")
    if output.is_dir() and any(output.iterdir()) and not (output / STAMP).is_file():
        raise SiteError(f"{output} holds something else than an earlier handbook", "name an empty or a new folder")


def _run_mkdocs(staged: Path, built: Path, number: int) -> None:
    for module in ("mkdocs", "material"):
        if find_spec(module) is None:
            raise SiteError(
                "mkdocs-material is not installed, which builds the site", "pip install 'qmsdoc[site]'"
            )
    configuration = str((staged / staging.CONFIGURATION).resolve())
    # -I: neither the current folder nor the environment can slip in a module.
    argv = [
        sys.executable,
        "-I",
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "-f",
        configuration,
        "-d",
        str(built.resolve()),
    ]
    try:
        process.run(argv, timeout=max(SECONDS_AT_LEAST, SECONDS_A_PAGE * number))
    except process.ProgramError as error:
        said = error.stderr.decode(errors="replace").splitlines()
        reasons = [line.strip() for line in said if line.startswith(("ERROR", "WARNING", "Error"))]
        raise SiteError(f"MkDocs could not build the site: {'; '.join(reasons) or error}") from None


def _put_in_place(built: Path, output: Path, earlier: Path) -> None:
    """Swap the folders by renaming, so that readers see the old site or the new one."""
    if output.exists():
        output.rename(earlier)
    try:
        shutil.move(built, output)
    except OSError:
        if earlier.exists():
            earlier.rename(output)
        raise
    output.chmod(0o755)
