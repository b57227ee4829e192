"""Who may state what: persons, their roles and, with signing, their keys and the policy."""
