"""A file that looks like a document and is not read.

**What.** Documents are files that end in `.md`. `.MD`, `.markdown`, `.md.txt`, a hidden `.md` file, and a
`README.md` that begins with front matter are not read.

**Why.** A document that nobody reads is missing from the register, and nobody misses it (ISO 13485 4.2.4 d)).

**Wrong.** `sops/documents/SOP-002-control-of-records.MD`

**Right.** `sops/documents/SOP-002-control-of-records.md`
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 d)",), waivable=False)
