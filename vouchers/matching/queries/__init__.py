"""Finding runs and pairs, and gathering what a run looks at."""
