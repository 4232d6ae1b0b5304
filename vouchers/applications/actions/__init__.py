"""Everything that can happen to an application: `drafting`, `submitting`, and what the office does, `deciding`."""
