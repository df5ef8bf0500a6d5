"""One design of a board per file."""
