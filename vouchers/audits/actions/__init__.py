"""What changes on the auditors' desk: `mandates`, `samples` and their draw, `findings`."""
