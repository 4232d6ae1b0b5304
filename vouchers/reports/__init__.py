"""Floor 4: reads everything, writes nothing."""
