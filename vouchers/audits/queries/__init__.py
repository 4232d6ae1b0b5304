"""Finding what auditors work with: mandates, populations, samples, findings, and the papers of a voucher."""
