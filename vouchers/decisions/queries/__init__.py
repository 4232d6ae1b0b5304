"""`contests` for money, `entries` for who stands where, `queues` in the order of submission, `pools` of lots."""
