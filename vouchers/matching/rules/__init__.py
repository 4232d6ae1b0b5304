"""What can be reckoned on paper: how well a pair fits, who marks what for the best of all, and why it cannot be."""
