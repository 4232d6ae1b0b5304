"""Floor 3: changes of an agreement in force, and its end before its time."""
