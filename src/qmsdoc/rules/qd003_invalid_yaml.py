"""The front matter is not valid YAML.

**What.** A tab, a colon inside an unquoted value, a bracket or a quotation mark that is not closed, …

**Why.** Tools that read on after such a mistake drop keys in silence; then a document is shown without its
revision or owner (ISO 13485 4.2.4).

**Wrong.** `title: Training: the basics`

**Right.** `title: "Training: the basics"`
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4",), waivable=False)
