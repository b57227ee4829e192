"""An approved copy is not what was signed.

**What.** The document, an image or an attachment below `approvals/<ID>/r<N>/copy/` has other bytes than the
approval names. The revision then counts for nothing.

**Why.** In force is exactly what was approved, and obsolete revisions are kept as they were (ISO 13485 4.2.4
g), h)).

**Wrong.** A typing error corrected in the copy.

**Right.** Restore the copy from the history; corrections are a new revision of the file in `sops/`.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 g)", "ISO 13485 4.2.4 h)"), waivable=False)
