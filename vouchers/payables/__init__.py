"""Payables: what is owed to whom, from whichever source; holds; the account that it is paid to."""
