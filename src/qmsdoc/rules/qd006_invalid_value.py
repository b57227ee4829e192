"""A value is not what its key holds.

**What.** Dates are `YYYY-MM-DD`, numbers are written without leading zeros, ids are `SOP-014`, roles and
persons are lower-case words joined by hyphens, choices are one of those listed, lists are lists.

**Why.** Each value has one spelling, so that it means the same to every reader and tool (ISO 13485 4.2.4 e)).

**Wrong.** `effective_from: 2026-02-30`

**Right.** `effective_from: 2026-02-28`
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4",))
