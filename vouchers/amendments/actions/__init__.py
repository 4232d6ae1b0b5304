"""Everything that can happen to an amendment (`amending`, `entering`) and to a termination (`terminating`)."""
