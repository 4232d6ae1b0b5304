"""Everything that can happen to people: their accounts, passwords, second factors, sessions and roles."""
