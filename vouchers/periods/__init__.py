"""Closing the books of a programme or of one region, period after period. What is closed is never opened again."""
