"""What the tests of PDFs share: jobs, and what a reader finds in the files."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
from PIL import Image

from qmsdoc.publish import pdf
from qmsdoc.publish.job import Job

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from qmsdoc.publish.job import Outcome

FIRST_LINE = 11  # of the body in its file
PATH = "sops/quality/SOP-001-control.md"


def picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (60, 30), "teal").save(data, "PNG")
    return data.getvalue()


IMAGES = {"sops/quality/shape.png": picture(), "sops/quality/my shape.png": picture()}


def job(body: str, **changes: object) -> Job:
    made = Job(
        id="SOP-001",
        file="SOP-001-r2.pdf",
        title="Control of documents",
        path=PATH,
        body=body,
        first_line=FIRST_LINE,
        source=f"---\nid: SOP-001\n---\n{body}".encode(),
        timestamp=1_767_225_600,
        type="Standard operating procedure",
        state="effective",
        revision="2",
        in_force="in force from 2026-01-15",
        company="Test Medical GmbH",
        language="de-AT",
        as_of="2026-02-01",
        commit="commit 0123456789ab",
        facts=[("Id", "SOP-001"), ("Owner", "Quality manager")],
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def make(body: str, folder: Path, **changes: object) -> Outcome:
    (outcome,) = pdf.make([job(body, **changes)], folder, workers=1)
    return outcome


def pages(file: Path) -> list[str]:
    """The text of each page, with hyphenation undone and runs of blanks as one."""
    document = pypdfium2.PdfDocument(file)
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return [re.sub(r"\s+", " ", text.replace("\ufffe", "").replace("\x02", "")) for text in texts]


def catalogue(file: Path) -> Mapping[str, object]:
    """What an archive looks at."""
    with pikepdf.open(file) as document:
        fonts: dict[str, bool] = {}
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                fonts[str(item.FontName)[8:]] = any(
                    key in item for key in ("/FontFile", "/FontFile2", "/FontFile3")
                )
        with document.open_metadata() as meta:
            told = {
                key: meta.get(key) for key in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part", "dc:title")
            }
        return {
            **told,
            "lang": str(document.Root.Lang),
            "marked": bool(document.Root.MarkInfo.Marked),
            "fonts": fonts,
            "attached": {name: spec.get_file().read_bytes() for name, spec in document.attachments.items()},
            "relation": [str(spec.obj.AFRelationship) for spec in document.attachments.values()],
            "outline": [item.title for item in document.open_outline().root],
        }


BODY = """\
# Control of documents

## Purpose

Everybody works from the text in force → see [roles](#roles).

## Roles

The **quality manager** keeps the `register`.
"""

TORTURE = """\
# Torture

Steps follow:
- first
- second
  - two spaces
    continued

1. One

   Second paragraph of one.

   ```c++
   make | tee *.log   # #let x = 1 $5$ `tick`
   ```
2. Two
   > [!WARNING]
   > Hot *surface*.
   >
   > - inside
3. Three
   | In step | Table |
   |---|:-:|
   | a1 | b1 |

Text directly above
| a2 | b2 |
|---|--:|
| x | `x \\| y` |
| ~~gone~~ | **bold** |
| ~once~ |

> Quote
> > nested quote with `code`
>
> | q1 | r1 |
> |---|---|
> | q2 | r2 |

- [x] done
- [ ] open

A note[^1] and again[^n].

[^1]: The first *remark*.
[^n]: Second.

    With a paragraph and a list:

    - n1
    - n2

## Raw

<b>bold</b> text <br> <!-- comment --> a<br/>b

<table><tr><td>cell</td></tr></table>

<script>alert(1)</script>

<?php echo 1 ?>

<![CDATA[ x ]]>

## Special

#let x = 1; @ref <label> $a^2$ *emph* "quotes" ... -- H~2~O \\# 1/2 // no comment /* c */ ≤ ☐ ✓ Ω

[site](https://example.com) [bad](javascript:alert(1)) [other](SOP-002-records.md) [unknown](SOP-777.md)

***

Hard\\
break. ![Inline shape](shape.png) inline.

![Block shape](<my shape.png>)

```mermaid
flowchart LR
  accTitle: Flow
  Begin-->End
```

Setext
------

&amp; &copy; \\* `#raw`{=typst}
"""
