"""A file is too large to be a document.

**What.** More than 5 MiB, or more than 64 KiB of front matter.

**Why.** Such a file is an export or an attack, not a text that people read and sign (ISO 13485 4.2.4 e)).

**Right.** Put it as a file into the folder beside the document that is named by its id.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4",), waivable=False)
