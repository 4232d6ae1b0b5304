"""Everything that can happen to an agreement: `issuing`, `accepting`, `ending`."""
