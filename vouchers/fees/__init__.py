"""Floor 3: what experts are owed for their marks, as statements that end in a payable."""
