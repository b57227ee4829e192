"""Document types: what a kind of document is called, where it lives, and what it must hold at which stage."""
