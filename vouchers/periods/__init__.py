"""Closing the books: period after period, of a programme or of one region of it. What is closed is never opened again."""
