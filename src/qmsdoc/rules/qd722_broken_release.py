"""A release that is kept in the repository does not hold.

**What.** A manifest below `releases/` was changed, its signature does not hold, or it names acts that do not
count. `qmsdoc verify` looks for it; `qmsdoc release verify` checks the PDFs too.

**Why.** What was released and distributed stays identifiable and retrievable (ISO 13485 4.2.4 d), h), 4.2.5).

**Right.** Restore `releases/` from the history, or from the copy of the release that was archived.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.5",), waivable=False)
