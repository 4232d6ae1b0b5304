"""Floor 3: may this company apply, and may it be granted: rules with their evidence, ownership, State aid."""
