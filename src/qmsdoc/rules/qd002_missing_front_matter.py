"""A document has no front matter, or one that does not end.

**What.** A Markdown file in `sops/`, `records/` or `templates/` does not begin with `---`, keys, and `---`.
Files named `README.md` are for readers of the repository and are passed over.

**Why.** Without id, type and revision a document cannot be controlled (ISO 13485 4.2.4).

**Wrong.**

    # Control of documents

**Right.**

    ---
    id: SOP-001
    type: sop
    ---
    # Control of documents
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4",), waivable=False)
