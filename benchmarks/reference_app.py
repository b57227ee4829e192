"""The reference for start-up: a small Typer program with the commands and options of qmsdoc, nearly empty.

`validate FILE` imports yaml and pydantic and validates the front matter of one file by one model.
"""

# ruff: noqa: ARG001 - that the options are there is what counts

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 nothing to mend, 1 findings, 2 wrong usage",
)
release = typer.Typer(no_args_is_help=True, help="Freeze a set of documents as PDFs.")
schema = typer.Typer(no_args_is_help=True, help="JSON Schemas of the document types, for editors.")


class FindingsFormat(Enum):
    """How findings are shown."""

    FULL = "full"
    CONCISE = "concise"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


class TableFormat(Enum):
    """How a table is shown."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class FailOn(Enum):
    """The least severe finding that makes the exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    NEVER = "never"


OutputFile = Annotated[Path | None, typer.Option("--output-file", "-o", help="Write into this file.")]
OutputFolder = Annotated[Path | None, typer.Option("--output", "-o", help="Folder.", file_okay=False)]
AsTable = Annotated[TableFormat, typer.Option("--output-format", help="How to show it.")]


@app.callback()
def program(
    root: Annotated[Path | None, typer.Option(help="The repository.")] = None,
    today: Annotated[str | None, typer.Option(metavar="DATE", help="Judge as of this day.")] = None,
    version: Annotated[bool, typer.Option("--version", "-V", help="Show the version.", is_eager=True)] = False,  # noqa: FBT002 - an option
) -> None:
    """A reference program with the commands of a quality management system."""


@app.command(rich_help_panel="Check")
def validate(
    paths: Annotated[list[Path] | None, typer.Argument(help="Report only on these files.")] = None,
    output_format: Annotated[FindingsFormat, typer.Option(help="How to show findings.")] = FindingsFormat.FULL,
    output_file: OutputFile = None,
    select: Annotated[list[str] | None, typer.Option(help="Only these rules.")] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Not these rules.")] = None,
    fail_on: Annotated[FailOn, typer.Option(help="The least severe finding.")] = FailOn.ERROR,
) -> None:
    """Check every document: form, references, clauses, dates, records."""
    import pydantic  # noqa: PLC0415 - as qmsdoc does
    import yaml  # noqa: PLC0415 - as qmsdoc does

    class Front(pydantic.BaseModel):
        id: str
        type: str
        title: str
        owner: str
        revision: int
        references: list[str]

    for path in paths or []:
        text = path.read_text(encoding="utf-8")
        Front.model_validate(yaml.load(text[4 : text.index("\n---\n", 3)], yaml.CSafeLoader))
    typer.echo("no findings", err=True)


@app.command(rich_help_panel="Check")
def rule(
    code: Annotated[str | None, typer.Argument(help="A code or a name.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All rules.")] = False,  # noqa: FBT002 - an option
    output_format: AsTable = TableFormat.TABLE,
) -> None:
    """Explain a rule: what it finds, why that matters, and how it is done right."""


@app.command("list", rich_help_panel="Read")
def list_documents(
    type_name: Annotated[str | None, typer.Option("--type", help="Only this document type.")] = None,
    state: Annotated[str | None, typer.Option(help="Only this state.")] = None,
    output_format: AsTable = TableFormat.TABLE,
    output_file: OutputFile = None,
) -> None:
    """The register: every document with its revision, state, owner and dates."""


@app.command(rich_help_panel="Read")
def show(document: Annotated[str, typer.Argument(metavar="ID", help="SOP-001")]) -> None:
    """One document: its facts, its acts, and what refers to it."""


@app.command(rich_help_panel="Write")
def new(
    type_name: Annotated[str, typer.Argument(metavar="TYPE", help="The document type.")],
    title: Annotated[str, typer.Option(help="The title.")],
    owner: Annotated[str | None, typer.Option(help="The role that answers for it.")] = None,
    folder: Annotated[Path | None, typer.Option(help="Where to put it.")] = None,
) -> None:
    """Begin a document from its form, under the next free id over all local branches."""


@app.command(rich_help_panel="Publish")
def build(
    output: OutputFolder = None,
    drafts: Annotated[bool | None, typer.Option("--drafts/--no-drafts", help="Show drafts, too.")] = None,
) -> None:
    """Build the handbook: what is in force, the register, the clause index, who must know what."""


@app.command(rich_help_panel="Publish")
def pdf(
    document: Annotated[str, typer.Argument(metavar="ID", help="SOP-001")], output: OutputFolder = None
) -> None:
    """Make the PDF of one document or record as it stands, watermarked by its state."""


@release.command("build")
def build_release(
    name: Annotated[str, typer.Argument(help="The name of the release.")],
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Only these.")] = None,
    output: OutputFolder = None,
    drafts: Annotated[bool, typer.Option("--drafts", help="Also drafts.")] = False,  # noqa: FBT002 - an option
    workers: Annotated[int, typer.Option(help="Processes.", min=0)] = 0,
) -> None:
    """Make one PDF for each document in force, and a manifest."""


@release.callback()
def releases() -> None:
    """Freeze a set of documents as PDFs."""


@schema.command()
def export(
    output: OutputFolder = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing.")] = False,  # noqa: FBT002 - an option
) -> None:
    """Write one `TYPE.schema.json` for each document type."""


@schema.callback()
def schemas() -> None:
    """JSON Schemas of the document types, for editors."""


@app.command(rich_help_panel="Set up")
def doctor(output_format: AsTable = TableFormat.TABLE) -> None:
    """What is installed and what is missing: git, pandoc, Typst, the site engine, fonts."""


app.add_typer(schema, name="schema", rich_help_panel="Write")
app.add_typer(release, name="release", rich_help_panel="Publish")

if __name__ == "__main__":
    app()
