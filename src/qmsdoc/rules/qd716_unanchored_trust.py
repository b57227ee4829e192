"""Nothing outside the repository confirms its trust states.

**What.** Acts are verified by keys that the repository itself names. Whoever can replace the whole repository
can replace the keys as well.

**Why.** Electronic records can be told from forged ones (21 CFR 11.10(a)).

**Right.** Keep the digest that `qmsdoc trust show` prints outside: as `QMSDOC_ANCHOR` in the settings of CI, on
paper with the signed declaration, with the auditor. `qmsdoc trust sign` remembers it on the signer's own
machine.
"""

from qmsdoc.diagnostics import Severity
from qmsdoc.rule import Rule

rule = Rule(__name__, severity=Severity.WARNING, clauses=("ISO 13485 4.2.5",))
