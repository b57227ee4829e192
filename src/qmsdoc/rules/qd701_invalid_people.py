"""`trust/people.toml` is missing or wrong.

**What.** The file names the roles of the company, and the persons who hold them from a day until a day.

**Why.** Responsibilities and authorities are defined and documented (ISO 13485 5.5.1).

**Right.**

    [roles]
    quality-manager = "Quality manager"

    [people.anna-keller]
    name = "Anna Keller"
    roles = [{ role = "quality-manager", from = 2025-01-07 }]
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 5.5.1",), waivable=False)
