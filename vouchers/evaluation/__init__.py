"""Floor 3: the formal check, the assignment of experts, and their marks."""
