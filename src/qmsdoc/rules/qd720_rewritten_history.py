"""The history is not the one that was witnessed.

**What.** A checkpoint names a commit that is no longer part of the history, or the repository holds replacement
refs or grafts, which make git show other content than the commits hold. `qmsdoc verify` looks for it.

**Why.** The trail of changes is protected; what was there before is not obscured (21 CFR 11.10(e), ISO 13485
4.2.5).

**Wrong.** An approved state amended and force-pushed.

**Right.** Restore the branch from another clone. Protect it at the forge against force pushes.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.5",), waivable=False)
