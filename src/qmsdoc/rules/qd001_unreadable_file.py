"""A file cannot be read as text.

**What.** The file cannot be opened, is not a regular file, or holds bytes that are not UTF-8.

**Why.** Documents must remain legible (ISO 13485 4.2.4 e)). Other encodings show other letters on other machines.

**Wrong.** A file saved as Windows-1252, in which `ü` is the single byte 0xFC.

**Right.** The same file saved as UTF-8.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 e)",), waivable=False)
