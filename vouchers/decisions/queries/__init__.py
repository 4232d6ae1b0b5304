"""Every question of decisions: `contests` for money, `queues` in the order of submission, `pools` of lots."""
