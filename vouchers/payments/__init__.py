"""Payments: what is payable becomes a batch, the batch becomes a bank file, the bank's answer closes or re-opens it."""
