"""Keys that no front matter has: state and approval are derived, never written (ISO 13485 4.2.4 c))."""

# Keys by which other systems store what is derived here from signed acts.
STATE_KEYS = frozenset(
    {
        "approval",
        "approvals",
        "approval_date",
        "approved",
        "approved_by",
        "approved_on",
        "approver",
        "approvers",
        "effective",
        "obsolete",
        "reviewed_by",
        "reviewer",
        "reviewers",
        "signature",
        "signatures",
        "signed_by",
        "signed_on",
        "state",
        "status",
    }
)
