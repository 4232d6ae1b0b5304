"""Floor 1, the record: append-only events, sealed into a Merkle tree. Knows a subject only as (kind, id)."""
