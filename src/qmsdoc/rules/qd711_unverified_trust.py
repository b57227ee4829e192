"""The chain of trust states does not hold, so no act counts.

**What.** A state was changed after it was signed, does not follow from the state before it, is signed by
somebody whom that state does not name, or the chain is not the one that an anchor outside the repository names.
Until the chain verifies, every document counts as a draft.

**Why.** A signature proves nothing when whoever forges it can also name the keys (ISO 13485 4.2.5; 21 CFR
11.10(a)).

**Wrong.** A key is written into `trust/states/2/allowed_signers` by the change that it signs.

**Right.** `qmsdoc trust add` and `qmsdoc trust sign`: those whom the present state names sign the next one.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 a)", "ISO 13485 4.2.5"), waivable=False)
