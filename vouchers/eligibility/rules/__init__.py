"""What can be decided on paper: ownership and size, State aid, the rules of a call. Values in, answers out."""
