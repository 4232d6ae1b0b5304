"""Floor 1, the books: chart, journals, stages. Append-only and balanced, which the database enforces too."""
