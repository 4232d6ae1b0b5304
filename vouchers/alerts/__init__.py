"""Floor 2: who wants to hear of new calls. An address is kept for as long as its owner wants letters, and no longer."""
