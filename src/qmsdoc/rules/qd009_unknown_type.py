"""The front matter names no document type, or one that does not exist.

**What.** `type` decides which fields, sections and tables a document has.

**Why.** Without a type nobody can say what is missing (ISO 13485 4.2.4).

**Wrong.** `type: procedure`

**Right.** `type: sop`
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4",), waivable=False)
