"""Floor 2: the partner regions, each with its office, its time zone and its own bank account."""
