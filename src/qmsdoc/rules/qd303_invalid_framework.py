"""A framework of the company cannot be used as it is written.

**What.** A file in `schemas/frameworks/` is not a catalogue of clauses, or one of its clauses is wrong; the
message names the line and the key. The other clauses can be cited.

**Why.** What documents say they answer is compared with it (ISO 13485 4.2.2).

**Right.** See the page on frameworks of your own in the documentation.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.2",), waivable=False)
