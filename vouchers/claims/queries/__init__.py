"""Finding claims: the files themselves, rates of other currencies, the same invoice elsewhere, the worklist."""
