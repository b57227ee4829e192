"""An act that was witnessed is gone.

**What.** A trust state or a checkpoint names a statement that is no longer below `approvals/`.

**Why.** Records are kept for their whole retention period, and changes do not hide what was there before (ISO
13485 4.2.5; 21 CFR 11.10(c), (e)).

**Wrong.** A review that found faults is deleted before the audit.

**Right.** Restore the file from the history: `git log --all --full-history -- approvals/`.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.5",), waivable=False)
