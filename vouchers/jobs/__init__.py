"""Floor 1, the promises: jobs are rows of an outbox, written with the fact that causes them, and handed to RQ after."""
