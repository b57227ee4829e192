"""A key that the document type does not have.

**What.** Most often a misspelling; the hint names the nearest key.

**Why.** A misspelt key is a fact that nobody reads: `reveiw_every: 12` would mean that the document is never
reviewed (ISO 13485 4.2.4 b)).

**Wrong.** `reveiw_every: 12`

**Right.** `review_every: 12`. A key of your own belongs into a type of your own in `schemas/types/`.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4",))
