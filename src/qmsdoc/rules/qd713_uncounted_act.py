"""An act does not count.

**What.** A statement below `approvals/` was changed, lies in another place than it was made for, has no
signature that holds, or its person held neither the key nor the role at that time. An act under an older trust
state that nothing has witnessed must hold by the latest state too, so that nobody can date it back.

**Why.** A signature is linked to its record and cannot be copied, cut out or moved (21 CFR 11.70); records are
protected from undue change (ISO 13485 4.2.5).

**Wrong.** The approval of SOP-001 copied into the folder of SOP-002.

**Right.** Restore the file from the history. If it never held, the person signs again.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 a)", "ISO 13485 4.2.5"), waivable=False)
