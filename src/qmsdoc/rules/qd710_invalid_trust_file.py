"""A file of `trust/` cannot be read.

**What.** `allowed_signers` or `policy.toml` says something that has no meaning: an unknown role, a weak key, a
key of two persons. A policy is read as a whole or not at all, because half a policy would be a laxer one.

**Why.** Who may approve is defined before somebody approves (ISO 13485 4.2.4 a), 5.5.1; 21 CFR 11.10(g),
11.100(a)).

**Wrong.** The same public key under `anna-keller` and under `jonas-weber`.

**Right.** One key belongs to one person: each makes a key with `ssh-keygen -t ed25519`.
"""

from qmsdoc.rule import Rule

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 a)",), waivable=False)
