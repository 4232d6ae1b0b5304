"""What a pack reads: `record` events in the order of the tree, `books` journals and balances, `papers` documents and
draws, `packs` the packs themselves."""
