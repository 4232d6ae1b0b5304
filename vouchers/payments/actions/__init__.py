"""What happens to batches, and to each payment in them."""
