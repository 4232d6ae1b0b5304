"""Finance systems of regions: read the books, what is to be paid and the batches, and acknowledge what the bank did."""
