"""What the interface reads and writes, on paper: cursors, bodies, receipts, its description."""
