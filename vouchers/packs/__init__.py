"""Floor 4, audit packs: one file with books, record, documents and draws, verified by anybody without the office."""
