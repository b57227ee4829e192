"""A waiver that waives nothing.

**What.** The finding it accepted is gone, or its code, path or day does not fit.

**Why.** Accepted findings are shown to the auditor; one that no longer holds is noise, and may hide the next
real one (ISO 13485 4.2.4 b)).

**Right.** Remove the waiver.
"""

from qmsdoc.diagnostics import Severity
from qmsdoc.rule import Rule

rule = Rule(__name__, Severity.WARNING, clauses=("ISO 13485 4.2.4 b)",), waivable=False)
