"""A key stands twice in the front matter.

**What.** YAML readers take the last one and forget the first; here neither is guessed.

**Why.** Which of two owners or revisions holds must not depend on the reader (ISO 13485 4.2.4).

**Wrong.**

    revision: 2
    revision: 3

**Right.** `revision: 3`
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4",), waivable=False)
