"""Everything that can happen to what the bank sends."""
