"""Files: the record of what was deleted (`lists`), and a person's own data (`copies`)."""
