"""The options of `qmsdoc sign` that are about sheets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

AsRequest = Annotated[
    bool, typer.Option("--request", help="Sign nothing; write what --person is asked to sign, as JSON.")
]
AsPdf = Annotated[bool, typer.Option("--pdf", help="With --request: as a sheet to sign by certificate or ink.")]
FromPdf = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Take in a signed sheet, or a scan; you witness it with your key.",
        exists=True,
        dir_okay=False,
    ),
]
Signatory = Annotated[str, typer.Option(metavar="PERSON", help="Who is to sign the sheet, or has signed it.")]
SheetFile = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="With --request: the file. Default: below build/sheets.", dir_okay=False),
]
Trusted = Annotated[
    list[Path] | None,
    typer.Option(
        "--root",
        metavar="PEM",
        help="With --from-pdf: a root certificate that you trust.",
        exists=True,
        dir_okay=False,
    ),
]
Revoked = Annotated[
    list[Path] | None,
    typer.Option(
        "--crl",
        metavar="FILE",
        help="With --from-pdf: a list of revoked certificates.",
        exists=True,
        dir_okay=False,
    ),
]
