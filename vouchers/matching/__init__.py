"""Floor 3: who marks what, found as an integer programme and explained pair by pair."""
