"""Floor 0: what every package stands on. No business noun may appear here."""
