"""Every write of decisions: `deciding` by people, `queueing` in the order of submission, `drawing` lots' pools."""
