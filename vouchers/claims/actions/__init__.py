"""Everything that can happen to a claim: drafted by the beneficiary, checked by two officers, paid."""
