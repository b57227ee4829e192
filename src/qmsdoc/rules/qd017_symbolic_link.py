"""A symbolic link in the repository.

**What.** Links are never followed, so what they point to is not read, shown or signed.

**Why.** Its content lies outside the control of documents and differs from machine to machine
(ISO 13485 4.2.4 g)).

**Right.** Put the file itself there, or refer to the document by its id.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 g)",), waivable=False)
