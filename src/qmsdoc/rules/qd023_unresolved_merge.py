"""Both sides of a merge stand in a file.

**What.** git wrote `<<<<<<<`, `=======` and `>>>>>>>` where two branches changed the same lines, and they were
committed.

**Why.** Nobody decided which of the two holds; a document is legible and unambiguous (ISO 13485 4.2.4 e)).

**Right.** Keep what is right and remove the three lines.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 e)",), waivable=False)
