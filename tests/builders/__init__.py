"""Builders reach a state by performing the real actions, so that no test starts from an impossible world."""
