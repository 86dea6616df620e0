"""Pages, references, and what writes the references."""
