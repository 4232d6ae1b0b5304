"""Floor 3: what a beneficiary claims, what an officer finds, what another person authorises."""
