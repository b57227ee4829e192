"""A file begins with a byte order mark.

**What.** Some Windows editors put an invisible U+FEFF before the first `---`.

**Why.** Other tools then see no front matter, and the bytes that are signed begin with something nobody sees
(ISO 13485 4.2.4 e)).

**Right.** Save the file as UTF-8 without BOM.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4",), waivable=False)
