"""A setting for a rule that does not exist, or that cannot be weakened.

**What.** `[rules.CODE]` in `qmsdoc.toml` gives a rule another severity, or switches it off with a reason. Rules
that no waiver can accept keep their severity. `[sections]` and `[limits]` name document types.

**Why.** Which checks hold is a decision of the company, on record and with its reason (ISO 13485 4.1.6, 4.2.5).

**Wrong.** `[rules.QD999]`

**Right.** `[rules.QD806]`, and below it `severity = "error"`
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.1.6", "ISO 13485 4.2.5"), waivable=False)
