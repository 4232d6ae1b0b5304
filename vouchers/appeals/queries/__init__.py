"""Finding appeals: `files` one and lists of them, `involved` who took part before, `waiting` whom they hold up."""
