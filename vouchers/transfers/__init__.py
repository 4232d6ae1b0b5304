"""Floor 2: money moved between envelopes of one call, proposed by one person and approved by another."""
