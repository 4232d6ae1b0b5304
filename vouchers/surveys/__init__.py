"""Floor 3: surveys of those who received a voucher and of those who did not."""
