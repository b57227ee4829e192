"""A table does not have the columns that its document type declares.

**What.** Under the headings that a type names stand tables with known columns, in any order.

**Why.** Actions, findings and controls are read by views and clocks; a misspelt column is a due date that no
calendar shows (ISO 13485 8.5.2).

**Wrong.** `| Action | Responsable | Due |`

**Right.** `| Action | Responsible | Due |`
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.5",))
