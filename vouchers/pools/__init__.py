"""Floor 2: calls for experts and for providers, and the applications to join a pool."""
