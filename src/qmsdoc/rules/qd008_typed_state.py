"""A state or an approval is typed into a file.

**What.** Keys such as `status`, `approved_by` or `signature`.

**Why.** A name typed in a file proves nothing: whoever can edit the file can type it. Documents are approved
before issue by people who sign what they read (ISO 13485 4.2.4 a)); state follows from those acts.

**Wrong.** `approved_by: A. Keller`

**Right.** Remove the key. `qmsdoc show ID` tells the state and the acts it follows from.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 a)",), waivable=False)
