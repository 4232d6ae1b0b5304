"""What is asked by a call for a pool."""
