"""What is reckoned about calls for a pool without a database."""
