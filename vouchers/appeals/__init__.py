"""Floor 3: appeals against a decision, decided by somebody who was not involved before."""
