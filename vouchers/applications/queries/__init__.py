"""Finding applications: `files` for one and what belongs to it, `worklist` for the staff's list."""
