"""Measures qmsdoc against floors and other tools in one run, and prints ratios with their targets.

    python benchmarks/run.py --size 10000
    python benchmarks/run.py --only start --json build/bench.json

Each ratio comes from medians of rounds that begin with another program each time. Seconds are asides: they hold
for this machine and this hour alone. A measurement that fails says why and does not stop the others.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import publishing
import signing
import validation
from bench import Bench, Line, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEASUREMENTS: dict[str, Callable[[Bench], Iterator[Line]]] = {
    "floor": validation.floor,
    "others": validation.others,
    "warm": validation.warm,
    "growth": validation.growth,
    "signatures": signing.signatures,
    "start": validation.start,
    "git": validation.git,
    "views": validation.views,
    "site": publishing.site,
    "release": publishing.release,
    "editor": validation.editor,
}


def main() -> None:
    options = _options()
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="qmsdoc-bench-") as scratch:
        os.environ["XDG_CACHE_HOME"] = f"{scratch}/cache"  # the user's own stays as it is
        bench = Bench(Path(scratch), options.size)
        for name in options.only or MEASUREMENTS:
            print(f"measuring {name}", file=sys.stderr)
            lines += measure(name, bench)
    print(table(lines))
    print(f"\n{machine()}; ratios of medians, seconds are asides")
    if options.json:
        told = [{"what": line.what, "verdict": line.verdict, **line._asdict()} for line in lines]
        text = json.dumps(
            {"machine": machine(), "size": options.size, "lines": told}, indent=2, ensure_ascii=False
        )
        options.json.write_text(text + "\n", encoding="utf-8")


def measure(name: str, bench: Bench) -> list[Line]:
    """The lines of one measurement; one that says why there are none when it fails."""
    lines: list[Line] = []
    try:
        lines.extend(MEASUREMENTS[name](bench))
    except Exception as error:  # noqa: BLE001 - whatever it is, the other measurements go on
        lines.append(Line(name, None, None, aside=f"{type(error).__name__}: {error}"))
    return lines


def machine() -> str:
    """What the figures were measured on."""
    return f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", type=int, default=10_000, help="documents; default: 10000")
    parser.add_argument("--only", action="append", choices=MEASUREMENTS, help="only this; may be repeated")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the lines as JSON")
    options = parser.parse_args()
    if not 100 <= options.size <= 100_000:
        parser.error("--size is between 100 and 100000")
    return options


if __name__ == "__main__":
    main()
