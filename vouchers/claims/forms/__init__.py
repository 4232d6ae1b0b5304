"""What is asked on the pages of a claim: of the beneficiary, of the provider, of the officers."""
