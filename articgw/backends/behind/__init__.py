"""What rides behind an answer: how well the look could be read, and where the evidence is."""
