"""What can be reckoned on paper about rates: their file, and converting an amount."""
