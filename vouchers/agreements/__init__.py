"""Floor 3: the agreement between the SME, the provider and the region."""
