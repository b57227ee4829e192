"""The front matter is not flat, or uses YAML that hides what is meant.

**What.** Nested maps, lists of lists, anchors, aliases, tags, a second YAML document.

**Why.** What repeats with columns is a table in the body, where readers see it. Aliases and tags make a file
say something else than it shows (ISO 13485 4.2.4 e)).

**Wrong.**

    approvals:
      - name: Anna Keller

**Right.** Flat keys; tables in the body under the heading that the type names.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4",), waivable=False)
