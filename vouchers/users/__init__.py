"""Floor 2: people, their roles in programmes and regions, and their sessions."""
