"""The desk: a page on this machine from which a person reads what waits for them, and signs."""
