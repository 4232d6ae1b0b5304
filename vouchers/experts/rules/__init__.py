"""What is reckoned about experts without a database."""
