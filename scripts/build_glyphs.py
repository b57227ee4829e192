"""Make `data/pdf/glyphs.json` from the fonts beside it: `python scripts/build_glyphs.py [--check]`.

The file lists the code points that at least one of the fonts can draw, as ranges, so that no font is read
when documents are checked.
"""

from __future__ import annotations

import struct
import sys
from itertools import pairwise
from pathlib import Path

DATA = Path(__file__).parent.parent / "src" / "qmsdoc" / "data" / "pdf"
TARGET = DATA / "glyphs.json"
SEGMENTS, GROUPS = 4, 12  # the two forms of a character map that cover the Basic Multilingual Plane and all planes


def build() -> str:
    """The ranges as JSON, one a line."""
    codes = sorted({code for font in (DATA / "fonts").glob("*.ttf") for code in character_map(font.read_bytes())})
    starts = [codes[0], *(later for before, later in pairwise(codes) if later > before + 1)]
    ends = [*(before for before, later in pairwise(codes) if later > before + 1), codes[-1]]
    lines = (f"[{first}, {last}]" for first, last in zip(starts, ends, strict=True))
    return "[\n" + ",\n".join(lines) + "\n]\n"


def character_map(font: bytes) -> set[int]:
    """The code points of a TrueType font (OpenType 1.9, table `cmap`, formats 4 and 12)."""
    (tables,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4s4xI", font, 12 + 16 * i) for i in range(tables))
    start = next(offset for tag, offset in records if tag == b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    offsets = (struct.unpack_from(">I", font, start + 8 + 8 * i)[0] for i in range(count))
    return {code for offset in offsets for code in subtable(font, start + offset)}


def subtable(font: bytes, at: int) -> set[int]:
    """The code points of one encoding; other formats than 4 and 12 repeat what these say."""
    (form,) = struct.unpack_from(">H", font, at)
    if form == GROUPS:
        (count,) = struct.unpack_from(">I", font, at + 12)
        ranges = [struct.unpack_from(">II", font, at + 16 + 12 * i) for i in range(count)]
    elif form == SEGMENTS:
        count = struct.unpack_from(">H", font, at + 6)[0] // 2
        ends = struct.unpack_from(f">{count}H", font, at + 14)
        starts = struct.unpack_from(f">{count}H", font, at + 16 + 2 * count)
        ranges = list(zip(starts, ends, strict=True))
    else:
        ranges = []
    return {code for first, last in ranges for code in range(first, last + 1)} - {0xFFFF}


def main() -> int:
    """Write the file, or with `--check` say whether it is in step."""
    made = build()
    if "--check" in sys.argv[1:]:
        return int(TARGET.read_text(encoding="ascii") != made)
    TARGET.write_text(made, encoding="ascii", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
