"""Finding statements, their entries, reports, and the payments that these speak of."""
