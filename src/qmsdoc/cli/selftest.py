"""`qmsdoc self-test`: whether the tool does on this machine what a QMS relies on; evidence for validation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import Fatal, write

if TYPE_CHECKING:
    from qmsdoc.selftest.run import Done, Result


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("self-test", rich_help_panel="Set up")(self_test)


def self_test(
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="PATH", help="The report: a .pdf or .json file, or a folder for both."
        ),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Leave out the handbook, which takes longest.")] = False,
) -> None:
    """Try the tool on a QMS with known defects and on signed files with one byte changed; report what it found.

    It works offline, in a temporary folder, with throwaway keys. Exit 0 when everything was found as expected,
    1 when something was not, 2 when a part could not be run.

    Example:
        qmsdoc self-test --output self-test
    """
    from datetime import datetime

    from qmsdoc.external.process import ProgramError
    from qmsdoc.selftest import run

    _refuse_output(output)
    try:
        result = run.run(datetime.now().astimezone(), quick=quick, progress=_tell)
        for row in result.differences:
            typer.secho(f"differs: {row.name}: expected {row.expected}; found {row.found}", fg=typer.colors.RED)
        if output:
            _write(result, output)
    except ProgramError as error:
        raise Fatal(str(error), "`qmsdoc doctor` says what is installed") from None
    typer.echo(_last_line(result))
    if result.exit_code:
        raise typer.Exit(result.exit_code)


def _refuse_output(output: Path | None) -> None:
    """Refuse before the trials what could not be written after them."""
    if output is None:
        return
    if output.suffix not in {"", ".json", ".pdf"}:
        raise Fatal(f"{output} is neither a .pdf nor a .json file nor a folder", "--output self-test")
    if output.suffix and (output.is_dir() or not output.parent.is_dir()):
        raise Fatal(f"{output} cannot be written", "name a file in a folder that is there")
    if not output.suffix and output.exists() and not output.is_dir():
        raise Fatal(f"{output} is a file", "name a folder, or a file that ends in .pdf or .json")
    from qmsdoc.selftest.environment import lacking

    missing = [tool for tool in ("pandoc", "typst") if output.suffix != ".json" and lacking(tool)]
    if missing:
        hint = "pip install 'qmsdoc[pdf]', or --output self-test.json"
        raise Fatal(f"the PDF cannot be made: {' and '.join(missing)} not installed", hint)


def _tell(part: Done) -> None:
    good = sum(row.as_expected for row in part.rows)
    said = f"not run: {part.not_run}" if part.not_run else f"{good} of {len(part.rows)} as expected"
    color = typer.colors.YELLOW if part.not_run else None if good == len(part.rows) else typer.colors.RED
    typer.secho(f"{part.title}: {said}", fg=color)


def _last_line(result: Result) -> str:
    from qmsdoc.selftest.report import conclusion

    return conclusion(result)


def _write(result: Result, output: Path) -> None:
    """Write the report, each file whole or not at all."""
    import tempfile

    from qmsdoc.selftest import report

    folder = not output.suffix
    try:
        if folder:
            output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Fatal(f"{output} cannot be written: {error.strerror}") from None
    if folder or output.suffix == ".json":
        write(report.as_json(result), output / "self-test.json" if folder else output)
    if folder or output.suffix == ".pdf":
        with tempfile.TemporaryDirectory(prefix="qmsdoc-") as scratch:
            if why := report.write_pdf(result, Path(scratch), "self-test.pdf"):
                raise Fatal(f"the PDF of the report cannot be made: {why}")
            made = Path(scratch, "self-test.pdf").read_bytes()
        write(made, output / "self-test.pdf" if folder else output)
