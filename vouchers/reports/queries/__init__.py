"""Every SELECT of the reports: the choice, the desk, the money, a voucher's story, the books, the record."""
