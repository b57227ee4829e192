"""A cell of a typed table holds something else than its column.

**What.** As for front matter: dates are `YYYY-MM-DD`, persons are keys, choices are one of those listed.

**Why.** As for front matter; `next week` is not a day on which an action is due (ISO 13485 8.5.2).

**Wrong.** `| Replace the seal | anna-keller | next week |`

**Right.** `| Replace the seal | anna-keller | 2026-04-30 |`
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.5",))
