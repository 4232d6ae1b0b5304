"""What is reckoned about providers without a database."""
