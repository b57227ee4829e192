"""Fuzzing with a budget: hostile inputs up to 5 MiB, each at most 5 s and 512 MiB, and never a crash.

The seconds are processor time on the machine of judge.py; a slower one gets more, as it needs for a piece of work.

    python benchmarks/fuzz/run.py                         a minute, with a seed from the clock
    python benchmarks/fuzz/run.py --seconds 600 --seed 7  ten minutes, and the same again whenever it is run
    python benchmarks/fuzz/run.py --seed 7 --size 5242880 --only lines    one input
    python benchmarks/fuzz/run.py --all                   every family once at its largest, however long it takes

Exit code 1 where an input takes longer, needs more, or crashes; its smallest form lies in `build/fuzz/`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import families
import judge
import signed

if TYPE_CHECKING:
    from collections.abc import Iterator

BUILD = Path(__file__).parent.parent.parent / "build" / "fuzz"


def cases(seed: int, wanted: list[str], size: int, *, once: bool) -> Iterator[tuple[str, int, int]]:
    """Families in any order, each at its largest; then again and again, at other sizes."""
    random = Random(seed)
    names = [name for name in families.FAMILIES if not wanted or name in wanted]
    for number in range(seed, sys.maxsize):
        random.shuffle(names)
        for name in names:
            most = families.FAMILIES[name].most
            smaller = int(most / 64 ** random.random())  # what is just small enough to be read may be the worst
            yield name, number, size or (most if number == seed else smaller)
        if once:
            return


def _judge(case: tuple[str, int, int]) -> judge.Verdict:
    return judge.judge(*case)


def _worst(verdicts: list[judge.Verdict]) -> Iterator[str]:
    yield f"{len(verdicts)} inputs of {len({v.family for v in verdicts})} families. The slowest and the largest:"
    slowest = sorted(verdicts, key=lambda v: v.seconds, reverse=True)[:10]
    largest = sorted(verdicts, key=lambda v: v.memory, reverse=True)[:10]
    yield from (f"  {verdict}" for verdict in dict.fromkeys([*slowest, *largest]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000)
    parser.add_argument("--size", type=int, default=0, help="bytes; default: the largest, then any")
    parser.add_argument("--only", action="append", default=[], metavar="FAMILY")
    parser.add_argument("--all", action="store_true", help="each family once, without a limit of time")
    parser.add_argument("--json", type=Path, help="write the verdicts into this file")
    parser.add_argument("--verbose", action="store_true")
    return parser.parse_args()


def main() -> int:
    """Run, report, keep what failed."""
    arguments = _arguments()
    judge.register()
    if unknown := set(arguments.only) - families.FAMILIES.keys():
        print(f"no such family: {', '.join(sorted(unknown))}; there are {', '.join(families.FAMILIES)}")
        return 2
    signed.folder()  # made once, before the workers are forked
    once = arguments.all or bool(arguments.only)
    print(f"seed {arguments.seed}, at most {judge.limit():.1f} s of processor time and {judge.MEMORY} MiB each")
    ends = time.monotonic() + arguments.seconds
    verdicts: list[judge.Verdict] = []
    workers = os.cpu_count() or 1
    with get_context("fork").Pool(workers) as pool:
        given = cases(arguments.seed, arguments.only, arguments.size, once=once)
        waiting = [pool.apply_async(_judge, (case,)) for case in islice(given, workers + 1)]
        while waiting:
            verdicts.append(waiting.pop(0).get())
            if verdicts[-1].wrong or arguments.verbose:
                print(verdicts[-1], flush=True)
            if (once or time.monotonic() < ends) and (case := next(given, None)):
                waiting.append(pool.apply_async(_judge, (case,)))
    print("\n".join(_worst(verdicts)))
    if arguments.json:
        arguments.json.write_text(json.dumps([vars(verdict) for verdict in verdicts], indent=1), encoding="utf-8")
    wrong = [verdict for verdict in verdicts if verdict.wrong]
    for verdict in wrong[:10]:
        print(f"smallest: {judge.keep(judge.smallest(verdict), BUILD)}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
