"""`qmsdoc validate`: the gate."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import (
    Fatal,
    OutputFile,
    anchors,
    open_config,
    open_project,
    refuse_together,
    repository,
    wants_color,
    write,
)
from qmsdoc.cli.validate_against import (
    Base,
    Baseline,
    ChangedSince,
    WriteBaseline,
    begin_baseline,
    changed_since,
    compared,
    held_against,
)
from qmsdoc.cli.validate_fix import Diff, Fix, show_fixes, write_fixes
from qmsdoc.cli.validate_watch import Watch, keep_checking

if TYPE_CHECKING:
    from qmsdoc.diagnostics import Findings, Severity


class FindingsFormat(Enum):
    """How findings are shown."""

    FULL = "full"
    CONCISE = "concise"
    GROUPED = "grouped"
    JSON = "json"
    JSONL = "jsonl"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    GITLAB = "gitlab"
    MARKDOWN = "markdown"


class FailOn(Enum):
    """The least severe finding that makes the exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    NEVER = "never"


AsFindings = Annotated[
    FindingsFormat,
    typer.Option(
        metavar="FORMAT",  # the choices would be wrapped within words
        help=f"How to show findings: {', '.join(choice.value for choice in FindingsFormat)}.",
        envvar="QMSDOC_OUTPUT_FORMAT",
    ),
]


Select = Annotated[
    list[str] | None, typer.Option(help="Only these rules: codes, prefixes or names, separated by commas.")
]
Ignore = Annotated[list[str] | None, typer.Option(help="Not these rules.")]
FromCache = Annotated[
    bool, typer.Option("--cache/--no-cache", help="Use what was found before where nothing has changed.")
]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(rich_help_panel="Check")(validate)


def validate(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Report only on these files and folders; all are read.")
    ] = None,
    output_format: AsFindings = FindingsFormat.FULL,
    output_file: OutputFile = None,
    select: Select = None,
    ignore: Ignore = None,
    fail_on: Annotated[
        FailOn, typer.Option(help="The least severe finding that makes the exit code 1.")
    ] = FailOn.ERROR,
    base: Base = "",
    since: ChangedSince = "",
    fix: Fix = False,
    diff: Diff = False,
    baseline: Baseline = None,
    write_baseline: WriteBaseline = None,
    watch: Watch = False,
    cache: FromCache = True,
) -> None:
    """Check every document: form, references, clauses, dates, records.

    Examples:
        qmsdoc validate

        qmsdoc validate sops/risk --fail-on warning

        qmsdoc validate --output-format sarif --output-file findings.sarif

        qmsdoc validate --base origin/main

        qmsdoc validate --diff
    """
    root = repository(context)
    codes = _codes(context, select, ignore)
    refuse_together({"--base": bool(base), "--changed-since": bool(since)})
    modes = {"--fix": fix, "--diff": diff, "--watch": watch, "--write-baseline": bool(write_baseline)}
    refuse_together(modes)
    asked = (context, codes, _inside(root, paths or []))
    if diff:
        raise typer.Exit(int(show_fixes(context, asked[2])))
    if fix:
        write_fixes(context, asked[2])

    def check() -> Findings:
        if base or since:
            findings = compared(*asked, base) if base else changed_since(*asked, since)
        else:
            findings = _findings(*asked, from_cache=cache)
        if not findings.files and not findings.diagnostics:
            raise Fatal("no documents there to check", "name a file or a folder that holds documents")
        return held_against(findings, baseline) if baseline and not write_baseline else findings

    if write_baseline:
        begin_baseline(check(), write_baseline)
    elif watch:
        keep_checking(root, lambda: _tell(root, check(), output_format, output_file))
    elif _tell(root, check(), output_format, output_file).fails(_threshold(fail_on)):
        raise typer.Exit(1)


def _threshold(fail_on: FailOn) -> Severity | None:
    from qmsdoc.diagnostics import Severity

    return None if fail_on is FailOn.NEVER else Severity(fail_on.value)


def _tell(root: Path, findings: Findings, output_format: FindingsFormat, output_file: Path | None) -> Findings:
    """Show findings, and say how many there are."""
    from qmsdoc.formats.summary import summary

    write(shown(root, findings, output_format, output_file), output_file)
    typer.echo(summary(findings), err=True)
    return findings


def shown(root: Path, findings: Findings, output_format: FindingsFormat, output_file: Path | None) -> str:
    """Findings as text, with the lines they are about where the format shows them."""
    from qmsdoc.formats import render

    if output_format is FindingsFormat.FULL:
        findings = _with_excerpts(root, findings)
    return render(output_format.value, findings, color=output_file is None and wants_color())


def _codes(context: typer.Context, select: list[str] | None, ignore: list[str] | None) -> frozenset[str]:
    from qmsdoc.rule import select as choose

    config, _ = open_config(context, repository(context))
    try:
        return choose(_words(select), _words(ignore), config.rules)
    except ValueError as error:
        raise Fatal(str(error), "`qmsdoc rule --all` lists the rules") from None


def _words(options: list[str] | None) -> list[str]:
    return [word.strip() for option in options or [] for word in option.split(",") if word.strip()]


def _findings(context: typer.Context, codes: frozenset[str], paths: list[str], *, from_cache: bool) -> Findings:
    """What a check finds, or found before in the same state."""
    from dataclasses import replace
    from time import time_ns

    from qmsdoc import cache
    from qmsdoc.check import check, switched_off
    from qmsdoc.load import linked_elsewhere
    from qmsdoc.prose import CODES
    from qmsdoc.rule import registry

    started, root = time_ns(), repository(context)
    config, today = open_config(context, root)
    key = cache.key(root, today, (sorted(codes), paths, anchors())) if from_cache else None
    if key and (kept := cache.read(key, root, [registry()[code].info for code in sorted(codes)])):
        return replace(kept, off=switched_off(config.rules.values()))
    session = open_project(context, prose=any(code.startswith(CODES) for code in codes))
    findings = check(session.project, session.problems, session.today, codes=codes, paths=paths)
    if key:
        cache.write(key, root, findings, linked_elsewhere(session.project.documents), started)
    return findings


def _inside(root: Path, paths: list[Path]) -> list[str]:
    """Paths as given, relative to the root; raises Fatal for one that is not there or lies outside."""
    found = []
    for path in paths:
        try:
            found.append(path.resolve(strict=True).relative_to(root.resolve()).as_posix())
        except OSError:
            raise Fatal(f"there is no {path}") from None
        except ValueError:
            raise Fatal(f"{path} lies outside the QMS repository {root}") from None
    return found


def _with_excerpts(root: Path, findings: Findings) -> Findings:
    """Add the source line to each finding; each file is read once."""
    from dataclasses import replace
    from functools import cache

    from qmsdoc.load import lines

    read = cache(lambda path: lines(root, path))

    def excerpt(path: str, line: int) -> str:
        if path.endswith(".json"):
            return ""  # a statement is one long line
        return text[line - 1] if line <= len(text := read(path)) else ""

    shown = [replace(d, excerpt=excerpt(d.location.path, d.location.line)) for d in findings.diagnostics]
    return replace(findings, diagnostics=shown)
