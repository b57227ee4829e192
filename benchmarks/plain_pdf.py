"""The plain way to PDFs: for each file one call of pandoc and one of Typst, one after the other.

python benchmarks/plain_pdf.py FOLDER TARGET
"""

from __future__ import annotations

import subprocess  # noqa: TID251 - the plain way
import sys
from pathlib import Path

import pypandoc
import typst

READER = "commonmark+pipe_tables+footnotes+task_lists+strikeout"


def main() -> None:
    folder, target = map(Path, sys.argv[1:])
    pandoc = pypandoc.get_pandoc_path()
    target.mkdir(exist_ok=True)
    for path in sorted(folder.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        markup = target / f"{path.stem}.typ"
        argv = [pandoc, "-f", READER, "-t", "typst", "-s", "-o", str(markup)]
        subprocess.run(argv, input=text[text.index("\n---\n", 3) + 5 :].encode(), check=True)
        typst.compile(str(markup), output=str(target / f"{path.stem}.pdf"))


if __name__ == "__main__":
    main()
