"""Everything that can happen in an evaluation: `checks` closes the formal check, `assignments` is the experts' work."""
