"""Everything that can happen in matching: asking, reckoning, confirming; wishes and bids."""
