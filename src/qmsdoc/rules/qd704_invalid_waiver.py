"""A waiver without a reason, or for a rule that does not exist.

**What.** A waiver is `CODE: reason`.

**Why.** Accepting a finding is a decision, and a decision has its reason on record (ISO 13485 4.2.5).

**Wrong.** `waive: ["QD105"]`

**Right.** `waive: ["QD105: the drawing follows with CHG-012"]`
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.5",), waivable=False)
