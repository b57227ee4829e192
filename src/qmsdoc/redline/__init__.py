"""What changed between two texts of a document, word by word, for the person who is asked to sign."""
