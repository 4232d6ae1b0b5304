"""How long something is kept, on paper."""
