"""Floor 3: an SME's application, from the first word of the draft to its outcome."""
