"""The demo's finance office: one region whose bank sends statements, and what goes wrong with money there."""
