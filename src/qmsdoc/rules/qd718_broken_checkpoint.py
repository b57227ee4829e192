"""A checkpoint does not hold.

**What.** A file in `approvals/checkpoints/` was changed, does not follow from the one before it, or is not
signed by a key that the trust state names for checkpoints. It and those after it witness nothing.

**Why.** The trail of who approved what, and when, is protected from later change (21 CFR 11.10(e)).

**Right.** Restore the file from the history, or remove it with all later ones and run `qmsdoc checkpoint`.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.5",), waivable=False)
