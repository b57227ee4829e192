"""PDFs from jobs: prepare → pandoc → compare → Typst, by workers that can be killed.

Each document stands alone: what goes wrong with one is told by name and line and does not stop the others.
The result depends on the jobs only, never on the number of workers, the folder or the clock.
"""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from qmsdoc.publish import pandoc, typesetter
from qmsdoc.publish.job import ARCHIVAL, PLAIN, Job, Outcome
from qmsdoc.publish.prepare import Prepared, prepare
from qmsdoc.publish.structure import difference
from qmsdoc.publish.typesetter import Sheet, typeset
from qmsdoc.publish.workers import Worker, WorkerError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qmsdoc.publish.pandoc import Converted

LIMIT = 60.0  # seconds for one step of one document
LARGEST_BATCH = 32  # documents for one pandoc


def make(
    jobs: Sequence[Job],
    folder: Path,
    *,
    workers: int = 0,
    progress: Callable[[Outcome], None] = lambda _: None,
    limit: float = LIMIT,
) -> list[Outcome]:
    """Write the PDF of each job into a folder and tell what came of it, in the order of the jobs.

    workers: processes, 0 for one a processor core. progress: called after each document, from any thread.
    Raises ProgramError when pandoc or Typst is not installed.
    """
    pandoc.program()
    typesetter.version()
    crew = max(1, min(workers or os.cpu_count() or 1, len(jobs)))
    size = max(1, min(LARGEST_BATCH, -(-len(jobs) // (2 * crew))))
    batches = [jobs[at : at + size] for at in range(0, len(jobs), size)]
    with tempfile.TemporaryDirectory(prefix="qmsdoc-") as scratch:
        free: SimpleQueue[_Press] = SimpleQueue()
        presses = [_Press(Path(scratch, str(number)), folder, limit, progress) for number in range(crew)]
        for press in presses:
            free.put(press)

        def work(batch: Sequence[Job]) -> list[Outcome]:
            press = free.get()
            try:
                return press.make(batch)
            finally:
                free.put(press)

        pool = ThreadPoolExecutor(crew)
        try:
            return [outcome for outcomes in pool.map(work, batches) for outcome in outcomes]
        finally:  # Ctrl-C included: first the processes end, then the threads that wait for them
            for press in presses:
                press.worker.stop()
            pool.shutdown(cancel_futures=True)


class _Press:
    """One worker with a folder of its own."""

    def __init__(self, scratch: Path, folder: Path, limit: float, progress: Callable[[Outcome], None]) -> None:
        scratch.mkdir()
        self.scratch = scratch
        self.folder = folder
        self.limit = limit
        self.progress = progress
        self.worker = Worker(limit)

    def make(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Make a batch: prepared one by one, converted together, typeset one by one."""
        prepared = [self.prepare(job) for job in jobs]
        ready = [each for each in prepared if isinstance(each, Prepared)]
        converted = iter(pandoc.convert([each.pandoc for each in ready], self.limit))
        outcomes = []
        for job, each in zip(jobs, prepared, strict=True):
            if isinstance(each, Prepared):
                outcome = self.typeset(job, each, next(converted))
            else:
                outcome = Outcome(job, error=each)
            self.progress(outcome)
            outcomes.append(outcome)
        return outcomes

    def prepare(self, job: Job) -> Prepared | str:
        try:
            return self.worker.call(prepare, job)
        except WorkerError as error:
            return f"preparing it failed: {error}"

    def typeset(self, job: Job, prepared: Prepared, converted: Converted) -> Outcome:
        """Compare what the two parsers read, then typeset and write the file."""
        wrong = converted.error or difference(prepared.tokens, converted.structure)
        if converted.table:
            wrong = f"line {[t.line for t in prepared.tokens if t.mark == 'table'][converted.table - 1]}: {wrong}"
        if wrong:
            return Outcome(job, error=wrong)
        archival = not prepared.faults
        sheet = Sheet(converted.typst, prepared.data, prepared.pictures, job.source, job.timestamp, archival)
        try:
            result = self.worker.call(typeset, str(self.scratch), sheet)
        except WorkerError as error:
            return Outcome(job, error=f"typesetting it failed: {error}")
        if isinstance(result, str):
            return Outcome(job, error=result)
        (self.folder / job.file).write_bytes(result)
        return Outcome(job, ARCHIVAL if archival else PLAIN, [str(fault) for fault in prepared.faults])
