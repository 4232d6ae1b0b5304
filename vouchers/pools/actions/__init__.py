"""What can happen to calls for a pool, enrolments and imports."""
