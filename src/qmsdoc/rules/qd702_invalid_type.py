"""A document type of the company cannot be used.

**What.** A file in `schemas/types/` is not the definition of a type; the message names the line and the key.

**Why.** Documents of that type could not be checked (ISO 13485 4.2.4).

**Right.** See the page on types of your own in the documentation.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4",), waivable=False)
