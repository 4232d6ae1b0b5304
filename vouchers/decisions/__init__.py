"""Floor 3: ranking a call against each region's money, and deciding."""
