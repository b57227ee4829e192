"""`trust/` holds a change that is not signed, and is not in force.

**What.** People, keys or policy differ from the newest signed state, or that state lacks a signature.

**Why.** Who holds a role and who may approve is itself approved (ISO 13485 5.5.1; 21 CFR 11.10(g)).

**Wrong.** A new quality manager stands in `people.toml` alone, and signs.

**Right.** `qmsdoc trust sign` by as many trust administrators as the policy asks for.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 5.5.1",), waivable=False)
