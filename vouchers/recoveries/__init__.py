"""Floor 3: money that is claimed back, and suspicions that few people read."""
