"""An act says that it was made before the commit that lay before the signer.

**What.** The time of a signature is what the signer's machine told. Here it is earlier than the commit that was
checked out when it was made, so one of the two times is wrong. `qmsdoc verify` looks for it.

**Why.** A signature tells date and time of signing (21 CFR 11.50(a)(2)).

**Wrong.** The clock of a laptop set back by a month.

**Right.** Set the clock and sign again.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 a)",), waivable=False)
