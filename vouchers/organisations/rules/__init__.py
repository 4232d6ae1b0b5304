"""What could be computed on paper about an organisation: its size, its identifiers, its bank account."""
