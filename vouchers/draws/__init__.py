"""Floor 3: the draw by lot that a stranger can verify."""
